"""Comparing two versions of a dataset."""

from pixcrawler.application.datasets.comparing import changed
from pixcrawler.application.datasets.version_pages import manifest_key
from pixcrawler.application.ports.dataset_reads import Comparison
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.difference import difference
from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.shared.paging import Window


@use_case
class CompareVersions:
    """Both manifests go by side by side; only what changed is held."""

    store: ObjectStore

    async def __call__(self, old: DatasetVersion, new: DatasetVersion, window: Window) -> Comparison:
        """Both may be seen by whoever asks. Raises VersionNotReady, BrokenManifest, ObjectMissing and
        Unavailable."""
        found, unchanged = await changed(self.store, manifest_key(old), manifest_key(new))
        return Comparison(
            since=old.number,
            to=new.number,
            summary=difference(old.number, found, unchanged),
            items=found[window.offset : window.offset + window.size],
            changed=len(found),
            page=window.page,
            size=window.size,
            pages=-(-len(found) // window.size),
        )
