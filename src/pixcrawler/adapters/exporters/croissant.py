"""``croissant.json``: the dataset as machines describe it to each other (Croissant 1.0, JSON-LD; MLCommons,
"Croissant Format Specification"). Dates and versions are those of the data, so it is the same every time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec

from pixcrawler.adapters.exporters.croissant_parts import Json, Parts, field, file_object, record_set
from pixcrawler.adapters.exporters.quoting import one_line
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.statistics import Statistics

_VERSION = "http://mlcommons.org/croissant/1.0"
# The context that the specification gives (appendix 1), word for word: tools compare it.
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_NAMED = 20
"""Classes that the description names; all are in the record set ``classes``."""


class File(Protocol):
    """A text or a shard of the export; size in bytes, SHA-256 in hex."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class About(NamedTuple):
    """What is said of the dataset. ``licences`` are (id, address), ``published`` the time at which the last
    image was fetched (empty when there are none), ``digest`` is the manifest's."""

    name: str
    stats: Statistics
    licences: Sequence[tuple[str, str | None]]
    published: str
    digest: str


def croissant(manifest: Manifest, about: About, files: Iterable[File], pictures: Parts) -> bytes:
    """The document. ``files`` are all but itself and SHA256SUMS, ``pictures`` how the pictures are read."""
    found = [file_object(file.name, file.size, file.sha256) for file in files]
    document: Json = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _VERSION,
        "name": one_line(about.name),
        "description": _description(manifest, about.stats),
        "version": f"{manifest.version}.0.0",
        **({"datePublished": about.published} if about.published else {}),
        "license": [_licence(name, url) for name, url in about.licences],
        "citeAs": _citation(manifest, about),
        "isLiveDataset": False,
        "keywords": ["images", "image classification", *map(one_line, manifest.facts.queries[:_NAMED])],
        "distribution": [*found, *pictures.distribution],
        "recordSet": [*pictures.record_sets, *_told(), *_classes(about.stats)],
    }
    if not about.stats.images:
        del document["recordSet"]
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _description(manifest: Manifest, stats: Statistics) -> str:
    classes = [label for label, count in stats.classes.items() if count and label]
    named = ", ".join(f"“{one_line(label)}”" for label in classes[:_NAMED])
    more = f" and {len(classes) - _NAMED:,} more" if len(classes) > _NAMED else ""
    return (
        f"{stats.images:,} images in {len(classes):,} classes{': ' if named else ''}{named}{more}."
        f" Found on the web by {one_line(manifest.facts.tool)}. Each image keeps the licence of its author:"
        " LICENSE-SUMMARY.md counts them, ATTRIBUTION.csv has the credits."
    )


def _licence(name: str, url: str | None) -> str | Json:
    if url and url.lower().startswith(("http://", "https://")):
        return url
    return {"@type": "CreativeWork", "name": one_line(name), "description": "See LICENSE-SUMMARY.md."}


def _citation(manifest: Manifest, about: About) -> str:
    """BibTeX; characters that mean something there are left out."""
    title = re.sub(r"[\\{}%$#&_^~]", " ", one_line(about.name))
    year = f" year = {{{about.published[:4]}}}," if about.published else ""
    return (
        f"@misc{{{about.digest[:16]}, title = {{{title}}}, version = {{{manifest.version}}},{year}"
        f" note = {{Made with {one_line(manifest.facts.tool)}; manifest {about.digest}}}}}"
    )


_TEXTS = (
    "id",
    "file_name",
    "split",
    "label",
    "sha256",
    "format",
    "license",
    "license_url",
    "author",
    "attribution",
    "title",
    "source",
    "image_url",
    "page_url",
    "query",
    "label_source",
    "dedup_group",
)


def columns(of: str, source: Json, *, but: Sequence[str] = ()) -> Iterator[Json]:
    """The fields of record set ``of`` that ``manifest.jsonl`` has."""
    for name in _TEXTS:
        if name not in but:
            kinds = ["sc:Text", "cr:Label"] if name == "label" else ["sc:Text"]
            yield field(of, name, kinds, {**source, "extract": {"column": name}})
    for name in ("width", "height", "bytes"):
        yield field(of, name, ["sc:Integer"], {**source, "extract": {"column": name}})
    yield field(of, "labels", ["sc:Text"], {**source, "extract": {"column": "labels"}}, repeated=True)
    yield field(of, "retrieved_at", ["sc:DateTime"], {**source, "extract": {"column": "retrieved_at"}})


def _told() -> Iterator[Json]:
    source = {"fileObject": {"@id": "manifest.jsonl"}}
    yield record_set(
        "manifest", "What is known of every image, without its pixels.", columns("manifest", source)
    )


def _classes(stats: Statistics) -> Iterator[Json]:
    labels = sorted(label for label, count in stats.classes.items() if count and label)
    if labels:
        yield {
            **record_set("classes", "The classes.", [field("classes", "name", ["sc:Text"])]),
            "dataType": "sc:Enumeration",
            "key": {"@id": "classes/name"},
            "data": [{"classes/name": label} for label in labels],
        }
