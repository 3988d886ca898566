"""What datasets can be written as, for doorways that check before they open anything."""

from pixcrawler.adapters.exporters import FORMATS

EXPORT_FORMATS = tuple(FORMATS)
