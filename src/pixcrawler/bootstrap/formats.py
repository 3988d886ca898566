"""What datasets can be written as, for doorways that check before they open anything."""

from collections.abc import Mapping

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.application.ports.exporter import Exporter

EXPORT_FORMATS: Mapping[str, Exporter] = FORMATS
