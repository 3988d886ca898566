"""Go through an imagefolder with `datasets`: `python -m bench.export_imagefolder PATH`.

Prints, as JSON, the seconds from the call that opens it to the last picture's bytes, the processor's, and how
many there were.
Pictures are not decoded: that takes the same time whoever wrote them.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-hf-") as cache:
        os.environ |= {"HF_HOME": cache, "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
        import datasets  # what is loaded before is not timed

        began, used = time.monotonic(), time.process_time()
        data = datasets.load_dataset("imagefolder", data_dir=str(told.path), split="train+validation+test")
        data = data.cast_column("image", datasets.Image(decode=False))
        images = sum(1 for row in data if Path(row["image"]["path"]).read_bytes())
        print(
            json.dumps(
                {"seconds": time.monotonic() - began, "cpu": time.process_time() - used, "images": images}
            )
        )


if __name__ == "__main__":
    main()
