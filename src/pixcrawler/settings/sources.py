"""Settings of the sources: one section each, named by its id, and one per plug-in that has any."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, ClassVar, cast

import msgspec
from msgspec import Meta, Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import Secret

PLUG_INS = "pixcrawler.sources"

Enabled = Annotated[bool, about("Whether it may be crawled.", example="false")]
Opened = Annotated[bool, about("Whether it may be crawled; its licences are unknown.", example="true")]
Interval = Annotated[float, about("Seconds between two calls of its API.", example="0.5", ge=0, le=3600)]
PageInterval = Annotated[
    float | None,
    about(
        "Seconds between two pages of one site.",
        example="2.5",
        default="as FETCH_PAGE_INTERVAL says",
        ge=0,
        le=3600,
    ),
]

Robots = Annotated[
    bool,
    about(
        "Whether the site's robots.txt is obeyed. Search engines forbid their result pages there, and the "
        "source then finds nothing; not to obey is the operator's decision and responsibility.",
        example="false",
    ),
]


def _api(example: str) -> Meta:
    return about("Where its API is.", example=example, schemes=("https", "http"))


def _with_key(source_id: str) -> Meta:
    return about(
        "Whether it may be crawled; it needs a key.",
        example="false",
        default=f"true when SOURCE_{source_id}_API_KEY is set",
    )


class OpenverseSettings(Struct, frozen=True, kw_only=True):
    """Openverse: openly licensed pictures of many collections."""

    env_prefix: ClassVar[str] = "SOURCE_OPENVERSE_"

    enabled: Enabled = True
    api_key: Annotated[
        Secret | None, about("An access token, for higher limits.", example="V1StGXR8Z5jdHi6BmyT")
    ] = None
    base_url: Annotated[str, _api("http://127.0.0.1:8001/v1")] = "https://api.openverse.org/v1"
    interval: Interval = 3


class WikimediaSettings(Struct, frozen=True, kw_only=True):
    """Wikimedia Commons."""

    env_prefix: ClassVar[str] = "SOURCE_WIKIMEDIA_"

    enabled: Enabled = True
    base_url: Annotated[str, _api("http://127.0.0.1:8001/w/api.php")] = (
        "https://commons.wikimedia.org/w/api.php"
    )
    interval: Interval = 1


class INaturalistSettings(Struct, frozen=True, kw_only=True):
    """iNaturalist: observations of living things, each with its taxon."""

    env_prefix: ClassVar[str] = "SOURCE_INATURALIST_"

    enabled: Enabled = True
    base_url: Annotated[str, _api("http://127.0.0.1:8001/v1")] = "https://api.inaturalist.org/v1"
    interval: Interval = 1


class MetSettings(Struct, frozen=True, kw_only=True):
    """The Metropolitan Museum of Art: works in the public domain."""

    env_prefix: ClassVar[str] = "SOURCE_MET_"

    enabled: Enabled = True
    base_url: Annotated[str, _api("http://127.0.0.1:8001/public/collection/v1")] = (
        "https://collectionapi.metmuseum.org/public/collection/v1"
    )
    interval: Interval = 0.2


class UrlListSettings(Struct, frozen=True, kw_only=True):
    """A list of image URLs that the user brings."""

    env_prefix: ClassVar[str] = "SOURCE_URL_LIST_"

    enabled: Enabled = True


class WebSettings(Struct, frozen=True, kw_only=True):
    """Pages, whole sites and sitemaps that the user names."""

    env_prefix: ClassVar[str] = "SOURCE_WEB_"

    enabled: Enabled = True
    interval: PageInterval = None
    max_pages: Annotated[
        int,
        about("Pages of one site, or of one sitemap, that are read.", example="200", ge=1, le=5_000),
    ] = 1_000
    depth: Annotated[
        int,
        about("How many links away from its start the pages of a site may be.", example="2", ge=0, le=100),
    ] = 5


class FeedSettings(Struct, frozen=True, kw_only=True):
    """RSS, Atom and Media RSS feeds that the user names."""

    env_prefix: ClassVar[str] = "SOURCE_FEED_"

    enabled: Enabled = True
    interval: PageInterval = None


class FolderSettings(Struct, frozen=True, kw_only=True):
    """Pictures in folders of this machine."""

    env_prefix: ClassVar[str] = "SOURCE_FOLDER_"

    enabled: Enabled = True
    roots: Annotated[
        tuple[Path, ...],
        about(
            "Folders that jobs may read, with all below them. `pixcrawler crawl` adds the one it is given.",
            example="/srv/pictures:/srv/scans",
        ),
    ] = ()


class FlickrSettings(Struct, frozen=True, kw_only=True):
    """Flickr, with a key of the operator's."""

    env_prefix: ClassVar[str] = "SOURCE_FLICKR_"

    enabled: Annotated[bool | None, _with_key("FLICKR")] = None
    api_key: Annotated[
        Secret | None, about("An API key of Flickr's.", example="9a0554259914a86fb9e7eb014e4e5d52")
    ] = None
    base_url: Annotated[str, _api("http://127.0.0.1:8001/services/rest")] = (
        "https://api.flickr.com/services/rest"
    )
    interval: Interval = 1


class BraveSettings(Struct, frozen=True, kw_only=True):
    """Brave Search, with a key of the operator's."""

    env_prefix: ClassVar[str] = "SOURCE_BRAVE_"

    enabled: Annotated[bool | None, _with_key("BRAVE")] = None
    api_key: Annotated[
        Secret | None,
        about("A subscription token of Brave's Search API.", example="BSAuH0QkV3m0G1p0V6y2v1W5mN4"),
    ] = None
    base_url: Annotated[str, _api("http://127.0.0.1:8001/res/v1")] = "https://api.search.brave.com/res/v1"
    interval: Interval = 1


class SearxngSettings(Struct, frozen=True, kw_only=True):
    """SearXNG: the operator's own instance, which asks Google, Bing, DuckDuckGo, Baidu and others."""

    env_prefix: ClassVar[str] = "SOURCE_SEARXNG_"

    enabled: Opened = False
    base_url: Annotated[
        str | None,
        about(
            "Where the instance is; its search.formats must list json. Needed where it is enabled.",
            example="http://127.0.0.1:8888",
            schemes=("https", "http"),
        ),
    ] = None
    interval: Interval = 1


class BingSettings(Struct, frozen=True, kw_only=True):
    """Bing's image search, which has no API of its own any more."""

    env_prefix: ClassVar[str] = "SOURCE_BING_"

    enabled: Opened = False
    base_url: Annotated[str, _api("http://127.0.0.1:8001")] = "https://www.bing.com"
    interval: Interval = 2
    respect_robots: Robots = True


class DuckDuckGoSettings(Struct, frozen=True, kw_only=True):
    """DuckDuckGo's image search, which has no API."""

    env_prefix: ClassVar[str] = "SOURCE_DUCKDUCKGO_"

    enabled: Opened = False
    base_url: Annotated[str, _api("http://127.0.0.1:8001")] = "https://duckduckgo.com"
    interval: Interval = 2
    respect_robots: Robots = True


class PlugInSettings(Struct, frozen=True, kw_only=True):
    """A source of another distribution. What is not set is the plug-in's own choice."""

    enabled: Annotated[bool | None, about("Whether it may be crawled.", example="false")] = None
    api_key: Annotated[Secret | None, about("Its API key.", example="V1StGXR8Z5jdHi6BmyT")] = None
    base_url: Annotated[str | None, _api("http://127.0.0.1:8001")] = None
    interval: Annotated[
        float | None, about("Seconds between two calls of its API.", example="0.5", ge=0, le=3600)
    ] = None


class SourcesSettings(Struct, frozen=True, kw_only=True):
    """One section per source, named by the source's id."""

    openverse: OpenverseSettings
    wikimedia: WikimediaSettings
    inaturalist: INaturalistSettings
    met: MetSettings
    url_list: UrlListSettings
    web: WebSettings
    feed: FeedSettings
    folder: FolderSettings
    flickr: FlickrSettings
    brave: BraveSettings
    searxng: SearxngSettings
    bing: BingSettings
    duckduckgo: DuckDuckGoSettings
    plug_ins: dict[str, PlugInSettings] = {}

    def by_id(self) -> dict[str, Struct]:
        """Every section, those of plug-ins included."""
        ours = {id_: getattr(self, id_) for id_ in self.__struct_fields__ if id_ != "plug_ins"}
        return {**ours, **self.plug_ins}


def plug_in_sections(given: Iterable[str]) -> dict[str, type[PlugInSettings]]:
    """The sections of those installed plug-ins that a given variable is about, by source id.

    Installed distributions are looked through only when a name could be meant for one.
    """
    foreign = [name for name in given if name.startswith("SOURCE_") and not name.startswith(_OURS)]
    if not foreign:
        return {}
    ids = {point.name for point in entry_points(group=PLUG_INS)} - set(SourcesSettings.__struct_fields__)
    prefixes = {id_: f"SOURCE_{re.sub(r'[^A-Z0-9]', '_', id_.upper())}_" for id_ in sorted(ids)}
    return {
        id_: _section(prefix)
        for id_, prefix in prefixes.items()
        if any(name.startswith(prefix) for name in foreign)
    }


def _section(prefix: str) -> type[PlugInSettings]:
    names = {"env_prefix": prefix, "__doc__": PlugInSettings.__doc__}
    made = msgspec.defstruct("PlugInSettings", [], bases=(PlugInSettings,), namespace=names, frozen=True)
    return cast("type[PlugInSettings]", made)


def at_odds(given: Mapping[str, str], values: Mapping[str, object]) -> list[str]:
    """Sources that are switched on without what they cannot do without."""
    needs = (
        ("SEARXNG", "BASE_URL", "name your instance, such as http://127.0.0.1:8888"),
        ("FLICKR", "API_KEY", "give it a key"),
        ("BRAVE", "API_KEY", "give it a key"),
    )
    return [
        f"SOURCE_{source}_ENABLED is true, but SOURCE_{source}_{need} is not set: {advice}, or switch it off."
        for source, need, advice in needs
        if values.get(f"SOURCE_{source}_ENABLED")
        and not {f"SOURCE_{source}_{need}", f"SOURCE_{source}_{need}_FILE"} & given.keys()
    ]


_OURS = tuple(
    f"SOURCE_{field.upper()}_" for field in SourcesSettings.__struct_fields__ if field != "plug_ins"
)
