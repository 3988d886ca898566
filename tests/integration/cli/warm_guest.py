"""What a warm process becomes in tests: says what it sees, then ends as it is told."""

import json
import os
import sys
import time
from pathlib import Path


def main(end: str, *_: str) -> None:
    seen = {
        "arguments": sys.argv[1:],
        "environ": dict(os.environ),
        "stdin": sys.stdin.read(),
        "session": os.getsid(0),
        "open": [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()],
    }
    print(json.dumps(seen), flush=True)
    print("a word on stderr", file=sys.stderr)
    match end:
        case "wait":
            time.sleep(600)
        case "raise":
            raise ValueError(end)
        case code:
            sys.exit(int(code))


if __name__ == "__main__":
    main(*sys.argv[1:])
