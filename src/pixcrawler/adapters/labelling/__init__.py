"""Models that say what a picture shows. A new kind is one file here and one line in ``LABELERS``."""

from collections.abc import Callable, Mapping

from pixcrawler.adapters.fetching.chat_client import ChatClient
from pixcrawler.adapters.labelling.openai_vision import OpenAiVision
from pixcrawler.application.ports.labeler import Labeler

LABELERS: Mapping[str, Callable[[ChatClient], Labeler]] = {"openai_vision": OpenAiVision}
