"""Ways to find further search texts. A new one is one file here and one line in ``EXPANDERS``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pixcrawler.adapters.expansion.llm import LanguageModel
from pixcrawler.adapters.expansion.templates import Templates
from pixcrawler.adapters.expansion.wordnet import WordNet, found_directory
from pixcrawler.application.ports.expander import Expander
from pixcrawler.domain.crawling.expansion import Method

if TYPE_CHECKING:
    from pixcrawler.adapters.fetching.chat_client import ChatClient


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpanderContext:
    """What expanders are made from. ``wordnet_dir`` None: look where Debian puts it."""

    wordnet_dir: Path | None
    chat: "ChatClient | None"


EXPANDERS: Mapping[Method, Callable[[ExpanderContext], Expander]] = {
    Method.TEMPLATES: lambda _: Templates(),
    Method.WORDNET: lambda context: WordNet(found_directory(context.wordnet_dir)),
    Method.LLM: lambda context: LanguageModel(context.chat),
}


def open_expanders(context: ExpanderContext) -> dict[Method, Expander]:
    return {method: make(context) for method, make in EXPANDERS.items()}
