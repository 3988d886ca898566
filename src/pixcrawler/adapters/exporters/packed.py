"""Formats in which many pictures are one file."""

import asyncio
from abc import abstractmethod
from bisect import bisect_right
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from functools import partial

from pixcrawler.adapters.exporters.conclude import conclude
from pixcrawler.adapters.exporters.form import Form, Made
from pixcrawler.adapters.exporters.shuffled import Shard, Shuffled
from pixcrawler.adapters.exporters.texts import told_plainly
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary, Pictures
from pixcrawler.application.ports.target import Target
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.layout import Placed, lay_out
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SplitPlan

Batches = AsyncIterator[Sequence[tuple[Placed, bytes]]]


class PackedForm(Form):
    """A format of shards. It is made when it is known how the images are shared out."""

    def __init__(self, shuffled: Shuffled, shards: Sequence[Shard], conversion: Conversion | None) -> None:
        self.shuffled, self.shards, self.conversion = shuffled, shards, conversion
        self.names = [self.name_of(shard) for shard in shards]
        self._firsts = [shard.places.start for shard in shards]

    @staticmethod
    @abstractmethod
    def name_of(shard: Shard) -> str:
        """The name of its file."""

    @abstractmethod
    async def write(self, shard: Shard, batches: Batches, target: Target) -> Made:
        """Give the target the shard with these pictures, which are its own in their order."""

    def file(self, image: Placed) -> str:
        return self.names[self.shard_of(self.shuffled.place_of(image))]

    def shard_of(self, place: int) -> int:
        """The number, among all, of the shard that has this place."""
        return bisect_right(self._firsts, place) - 1


class PackedExporter:
    """Gives the target one shard after another, each made of pictures as they come, and then the texts."""

    def __init__(self, form: type[PackedForm]) -> None:
        self._form = form

    @property
    def id(self) -> str:
        return self._form.id

    @property
    def sharded(self) -> bool:
        return True

    @property
    def hub(self) -> bool:
        return self._form.front_matter is not Form.front_matter

    def layout(self, manifest: Manifest, splits: SplitPlan) -> None:
        """Pictures are in shards."""

    async def write(
        self,
        manifest: Manifest,
        options: ExportOptions,
        pictures: Pictures,
        target: Target,
        *,
        progress: Callable[[int, int], None],
    ) -> ExportSummary:
        layout = await asyncio.to_thread(lay_out, manifest, options.splits)
        with told_plainly(target.scratch):
            shuffled = await to_the_end(partial(Shuffled, layout, target.scratch))
            shards = list(shuffled.shards(options.shard_size))
            form = self._form(shuffled, shards, options.conversion)
            progress(0, len(layout))
            made = []
            for shard in shards:
                async with aclosing(_told(pictures, shuffled, shard, progress)) as batches:
                    made.append(await form.write(shard, batches, target))
        final = layout.changed(pictures.changes) if pictures.converted else layout
        return await conclude(manifest, options, final, form, target, made=made)


async def _told(
    pictures: Pictures, shuffled: Shuffled, shard: Shard, progress: Callable[[int, int], None]
) -> AsyncGenerator[Sequence[tuple[Placed, bytes]], None]:
    done = shard.places.start
    async for batch in pictures.read(shuffled.images(shard.places)):
        yield batch
        done += len(batch)
        progress(done, len(shuffled))
