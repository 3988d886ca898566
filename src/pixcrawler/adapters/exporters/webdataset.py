"""The webdataset format: tar files in which the picture, its class and its metadata stand side by side.

``webdataset`` and Hugging Face ``datasets`` read it; what each asks for is told in
docs/reference/formats.md.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pixcrawler.adapters.exporters import samples, ustar
from pixcrawler.adapters.exporters.croissant_parts import Parts
from pixcrawler.adapters.exporters.form import Made, Seen, data_files
from pixcrawler.adapters.exporters.packed import Batches, PackedForm
from pixcrawler.adapters.exporters.quoting import in_yaml_as_it_is
from pixcrawler.adapters.exporters.shuffled import Shard, Shuffled
from pixcrawler.adapters.exporters.summed import Summed
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.target import Block, Reading, Target
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.statistics import Statistics

# Whatever a picture's name says, both readers let Pillow look at its bytes; but both take only names that
# they know for a picture, and `datasets` wants the same fields in every sample. AVIF is known to neither.
_KNOWN = frozenset({"jpg", "png", "webp", "gif", "bmp", "tiff"})
_ANY = "jpg"

_LOADING = """\
```python
import webdataset

data = webdataset.WebDataset("path/to/this/folder/train/train-{shards}.tar", shardshuffle=False)
for image, number, about in data.decode("pil").to_tuple("{picture}", "cls", "json"):
    print(image.size, number, about["label"])
```

or

```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder")
data["train"][0]  # {{"{picture}": ..., "cls": 0, "json": {{"label": "...", "license": "...", ...}}, ...}}
```

`cls` is a place in `classes.json`, -1 without a label. Pictures are called `.{picture}` in every sample,
because loaders ask for the same fields everywhere; `format` in the metadata is what they are, and decoders
see it by themselves. Samples stand in the order of their ids, so classes are mixed.
"""

NO_CLASS = -1
"""The class of a picture without a label, as Hugging Face has it."""

_NOTHING = ("nothing", 0, b"")
_TYPES = {str: "dtype: string", int: "dtype: int64", float: "dtype: float64", list: "list: string"}


class _Told(msgspec.Struct):
    label: str


_label_of = msgspec.json.Decoder(_Told).decode


class WebDataset(PackedForm):
    id = "webdataset"
    files = (
        ("<split>/<split>-<number>.tar", "the images with class and metadata: `<key>.jpg`, `.cls`, `.json`"),
        ("classes.json", "names of the classes; the number in a `.cls` is a place in this list, from 0"),
    )

    def __init__(self, shuffled: Shuffled, shards: Sequence[Shard], conversion: Conversion | None) -> None:
        super().__init__(shuffled, shards, conversion)
        self._columns = samples.Columns(shuffled, converted=conversion is not None)
        self.picture = _extension(shuffled, conversion)

    @staticmethod
    def name_of(shard: Shard) -> str:
        return f"{shard.split}/{shard.split}-{shard.number:06}.tar"

    def place(self, image: Placed) -> dict[str, Any]:
        place = self.shuffled.place_of(image)
        return {"file_name": self.names[self.shard_of(place)], "key": self.shuffled.key(place)}

    async def write(self, shard: Shard, batches: Batches, target: Target) -> Made:
        name = self.name_of(shard)
        with Summed() as summed:
            async with aclosing(self._blocks(shard, batches, summed)) as blocks:
                if self.conversion is None:
                    size = await target.stream(name, partial(self._size, shard), blocks)
                else:
                    path = target.scratch / "shard.tar"
                    size = await _saved(blocks, path)
                    await target.take(name, path)
            return Made(name, size, await to_the_end(summed.hexdigest))

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        yield from layout
        texts.write("classes.json", samples.encode(self.shuffled.labels) + b"\n")

    def front_matter(self, stats: Statistics) -> Iterator[str]:
        yield from data_files((split, f"{split}/*.tar") for split in stats.splits)
        yield from ("dataset_info:", "  features:", f"    - name: {self.picture}", "      dtype: image")
        yield from ("    - name: cls", "      dtype:", "        class_label:", "          names:")
        for number, label in enumerate(self.shuffled.labels):
            yield f'            "{number}": {in_yaml_as_it_is(label)}'
        yield from ("    - name: json", "      struct:")
        for name, kind in self._columns.types().items():
            yield from (f"        - name: {name}", f"          {_TYPES[kind]}")
        for name in ("__key__", "__url__"):
            yield from (f"    - name: {name}", "      dtype: string")

    def croissant(self) -> Parts:
        """Nothing: the reference reader unpacks a tar under a name that other datasets share."""
        return Parts([], [])

    def loading(self) -> str:
        last = max((shard.number for shard in self.shards if shard.split == "train"), default=0)
        return _LOADING.format(shards=f"{{000000..{last:06}}}", picture=self.picture)

    def read_back(self, reading: Reading) -> Iterator[Seen]:
        for shard, name in zip(self.shards, self.names, strict=True):
            with reading.open(name) as file:
                for key, class_, told in _samples(file, self.picture):
                    label = _label_of(told).label
                    if int(class_) != self._number(label):
                        raise ValueError(f"{name} calls {key} {class_.decode()} and {label}")
                    yield Seen(shard.split, label, f"{name}/{key}")

    def _number(self, label: str) -> int:
        number = self.shuffled.class_of(label)
        return NO_CLASS if number is None else number

    def _beside(self, key: str, image: Placed) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
        """The members of a sample that are no picture."""
        told = samples.encode(self._columns.record(image.row))
        return (f"{key}.cls".encode(), b"%d" % self._number(image.row.label)), (f"{key}.json".encode(), told)

    def _size(self, shard: Shard) -> int:
        """Of the tar file, in bytes, when its pictures are those of the store."""
        size = 0
        for place in shard.places:
            image = self.shuffled[place]
            size += ustar.room(image.row.bytes)
            size += sum(ustar.room(len(content)) for _, content in self._beside("", image))
        return size + len(ustar.end(size))

    async def _blocks(self, shard: Shard, batches: Batches, summed: Summed) -> AsyncGenerator[Block, None]:
        """Each is packed in the thread that writes it, and summed up in another meanwhile, while the next is
        read: three threads that seldom wait for each other."""
        places = iter(shard.places)
        async for batch in batches:
            yield partial(self._packed, batch, places, summed)
        yield partial(_end, summed)

    def _packed(
        self, batch: Sequence[tuple[Placed, bytes]], places: Iterator[int], summed: Summed
    ) -> Sequence[bytes]:
        pieces: list[bytes] = []
        for (image, data), place in zip(batch, places, strict=False):
            key = self.shuffled.key(place)
            head = ustar.header(f"{key}.{self.picture}".encode(), len(data))
            rest = (ustar.padding(len(data)), *ustar.joined(self._beside(key, image)))
            pieces += (head, data, b"".join(rest))
        summed.add(pieces)
        return pieces


def _end(summed: Summed) -> Sequence[bytes]:
    block = (ustar.end(summed.size),)
    summed.add(block)
    return block


def _extension(shuffled: Shuffled, conversion: Conversion | None) -> str:
    """What pictures are called in every sample of the export: their format where they have one that readers
    know, else ``jpg``."""
    if conversion is not None and conversion.format is not None:
        formats = {conversion.format.extension}
    else:
        formats = set(shuffled.formats)
    return formats.pop() if len(formats) == 1 and formats <= _KNOWN else _ANY


async def _saved(blocks: AsyncIterator[Block], path: Path) -> int:
    with path.open("wb") as file:

        def write(block: Block) -> None:
            file.writelines(block())

        async for block in blocks:
            await to_the_end(partial(write, block))
        return file.tell()


def _samples(file: BinaryIO, picture: str) -> Iterator[tuple[str, bytes, bytes]]:
    """(key, class, metadata) of each sample; ValueError where they are not three members in this order."""
    found = ustar.members(file, skip=f".{picture}")
    for name, _, _ in found:
        key = name.removesuffix(f".{picture}")
        class_, told = next(found, _NOTHING), next(found, _NOTHING)
        if (class_[0], told[0]) != (f"{key}.cls", f"{key}.json"):
            raise ValueError(f"{name} is followed by {class_[0]} and {told[0]}")
        yield key, class_[2], told[2]
