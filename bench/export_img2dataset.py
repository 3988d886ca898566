"""img2dataset's WebDataset writer, fed local files: run by its own Python with LIST and FOLDER.

LIST is JSON: [[path, what is known of it], ...]. Prints, as JSON, the seconds from the first file to the end
of a `sync`, and the processor's; 10,000 samples a shard, its default, and as much metadata as it would have.
"""

import json
import os
import sys
import time

import pyarrow as pa
from img2dataset.writer import WebDatasetSampleWriter

SHARD = 10_000


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 -- as plain as its own
        files = json.load(file)
    schema = pa.schema([(name, pa.string()) for name in files[0][1]])
    began, used = time.monotonic(), time.process_time()
    for shard in range(0, len(files), SHARD):
        writer = WebDatasetSampleWriter(
            shard // SHARD,
            sys.argv[2],
            save_caption=True,
            oom_shard_count=5,
            schema=schema,
            encode_format="jpg",
        )
        for number, (path, known) in enumerate(files[shard : shard + SHARD], shard):
            with open(path, "rb") as picture:  # noqa: PTH123
                writer.write(picture.read(), f"{number:09d}", known["caption"], known)
        writer.close()
    os.sync()
    print(json.dumps({"seconds": time.monotonic() - began, "cpu": time.process_time() - used}))


if __name__ == "__main__":
    main()
