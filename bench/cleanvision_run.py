"""CleanVision's checks of a folder, as its users run them; its own environment runs this, not ours.

python cleanvision_run.py FOLDER PROCESSES [CHECK…]    # prints JSON: seconds, and the issues of each file
"""

import contextlib
import json
import os
import sys
import time
from pathlib import Path

from cleanvision import Imagelab  # type: ignore[import-not-found]

CHECKS = ("blurry", "dark", "light", "low_information", "odd_aspect_ratio")


def main() -> None:
    """What it prints itself goes to stderr. The clock starts when all is imported."""
    folder, processes = sys.argv[1], int(sys.argv[2])
    checks = sys.argv[3:] or CHECKS
    with contextlib.redirect_stdout(sys.stderr):
        start, used = time.perf_counter(), os.times()
        lab = Imagelab(data_path=folder)
        lab.find_issues({check: {} for check in checks}, n_jobs=processes, verbose=False)
        seconds, now = time.perf_counter() - start, os.times()
    found = {
        Path(path).name: [check for check in checks if row[f"is_{check}_issue"]]
        for path, row in lab.issues.to_dict("index").items()
    }
    cpu = sum(now[:4]) - sum(used[:4])
    print(json.dumps({"seconds": seconds, "cpu": cpu, "issues": found}))


if __name__ == "__main__":
    main()
