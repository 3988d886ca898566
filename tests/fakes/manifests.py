"""Manifests of real little pictures, and the store that has their bytes."""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.datasets.manifest import CrawlFacts, Manifest, ManifestRow, manifest_of
from pixcrawler.domain.datasets.stored_manifest import Header, line


def picture(number: int, *, file_format: str = "PNG", size: tuple[int, int] = (12, 12)) -> bytes:
    """A small valid file, another one for each number."""
    body = io.BytesIO()
    color = (number % 256, number // 256 % 256, 77)
    Image.new("RGB", size, color).save(body, format=file_format)
    return body.getvalue()


def row(number: int, label: str, **changes: Any) -> ManifestRow:
    """The row of ``picture(number)``."""
    data = picture(number)
    sha256 = hashlib.sha256(data).hexdigest()
    values: dict[str, Any] = {
        "sha256": sha256,
        "key": f"images/{sha256[:2]}/{sha256}.png",
        "label": label,
        "labels": (label,),
        "width": 12,
        "height": 12,
        "format": "png",
        "bytes": len(data),
        "source": "openverse",
        "image_url": f"https://pictures.example/{number}.png",
        "retrieved_at": "2026-11-21T08:30:00Z",
        "phash": f"{number:016x}",
        "dhash": f"{number:016x}",
        "query": label,
    }
    return ManifestRow(**{**values, **changes})


def rows(counts: dict[str, int], **changes: Any) -> list[ManifestRow]:
    """So many rows of each label, each of another picture."""
    labels = [label for label, count in counts.items() for _ in range(count)]
    return [row(number, label, **changes) for number, label in enumerate(labels)]


def manifest(of: Sequence[ManifestRow], *, rejected: dict[str, int] | None = None, **facts: Any) -> Manifest:
    return manifest_of(of, dataset="Test set", version=3, rejected=rejected, facts=CrawlFacts(**facts))


async def stored(of: Sequence[ManifestRow], store: ObjectStore, *, first: int = 0) -> None:
    """Put the pictures of ``rows`` (numbered from ``first``) under their keys."""
    for number, one in enumerate(of, first):
        await store.put(one.key, picture(number))


def lines(manifest: Manifest) -> list[bytes]:
    """The manifest as it is stored."""
    header = Header(
        dataset=manifest.dataset,
        version=manifest.version,
        images=len(manifest.rows),
        rejected=manifest.rejected,
        facts=manifest.facts,
    )
    return [line(header), *map(line, manifest.rows)]
