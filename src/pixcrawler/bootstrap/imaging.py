"""Pictures as people look at them."""

from contextlib import AsyncExitStack

from pixcrawler.adapters.postgres.image_reads import PostgresImageReads
from pixcrawler.application.imaging.show_thumbnail import ShowThumbnail
from pixcrawler.bootstrap.app import Imaging
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.bootstrap.on_demand import ThumbnailsOnDemand


def imaging(base: Infrastructure, stack: AsyncExitStack) -> Imaging:
    """Its decoding children start with the first thumbnail."""
    return Imaging(
        images=PostgresImageReads(base.engine),
        store=base.store,
        show_thumbnail=ShowThumbnail(store=base.store, thumbnails=ThumbnailsOnDemand(base.settings, stack)),
    )
