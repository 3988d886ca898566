"""Settings about words: finding more search texts, and labelling pictures by a model."""

from pathlib import Path
from typing import Annotated, ClassVar

from msgspec import Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import Secret


class ExpansionSettings(Struct, frozen=True, kw_only=True):
    """Further search texts for keywords. Nothing is asked unless a crawl says `--expand`."""

    env_prefix: ClassVar[str] = "EXPANSION_"

    max: Annotated[int, about("Further search texts of a keyword, at most.", example="10", ge=1, le=50)] = 5
    wordnet_dir: Annotated[
        Path | None,
        about(
            "Where WordNet's index.noun and data.noun are; looked for where Debian's wordnet-base puts them.",
            example="/usr/share/wordnet",
        ),
    ] = None
    llm_base_url: Annotated[
        str | None,
        about(
            "An OpenAI-compatible endpoint, up to and with its version.",
            example="http://127.0.0.1:11434/v1",
            schemes=("https", "http"),
        ),
    ] = None
    llm_model: Annotated[str | None, about("The model's name there.", example="qwen3:8b")] = None
    llm_api_key: Annotated[Secret | None, about("Its key, if it wants one.", example="sk-example")] = None
    llm_timeout: Annotated[
        float, about("Seconds that the model may take for one keyword.", example="10", ge=0.1, le=30)
    ] = 30


class LabelSettings(Struct, frozen=True, kw_only=True):
    """A vision model that labels accepted pictures. Off unless an endpoint and a model are set."""

    env_prefix: ClassVar[str] = "LABEL_"

    base_url: Annotated[
        str | None,
        about(
            "An OpenAI-compatible endpoint that takes pictures.",
            example="http://127.0.0.1:8000/v1",
            schemes=("https", "http"),
        ),
    ] = None
    model: Annotated[str | None, about("The model's name there.", example="qwen2.5-vl")] = None
    api_key: Annotated[Secret | None, about("Its key, if it wants one.", example="sk-example")] = None
    threshold: Annotated[
        float, about("Least confidence that beats the label of the search.", example="0.6", ge=0, le=1)
    ] = 0.8
    max_images: Annotated[
        int,
        about("Pictures of one job that are sent to the model, at most.", example="500", ge=1, le=1_000_000),
    ] = 1000
    timeout: Annotated[
        float, about("Seconds that the model may take for one picture.", example="60", ge=0.1, le=600)
    ] = 30
    concurrency: Annotated[int, about("Pictures that are sent at once.", example="2", ge=1, le=64)] = 4
