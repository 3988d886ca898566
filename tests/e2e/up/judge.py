"""Whether all is as it must be."""

import hashlib
from pathlib import Path

from tests.e2e.up.platform import Client, Json
from tests.processes import bearers, until
from tests.servers.pictures import Corpus


async def nothing_runs(mark: str, home: Path) -> None:
    await until(lambda: not bearers(mark, home), f"all ends: {bearers(mark, home)}", seconds=30)


def is_right(progress: Json, pictures: Corpus) -> bool:
    """Each picture of the web has met its one fate."""
    same = (progress["accepted"], progress["reasons"]) == (pictures.good, pictures.rejected)
    return bool(progress["status"] == "completed" and same)


async def is_downloaded_right(api: Client, image: Json) -> None:
    path = f"/api/v1/images/{image['id']}/download"
    whole = await api.http.get(path)
    assert whole.status_code == 200
    assert hashlib.sha256(whole.content).hexdigest() == image["sha256"]
    part = await api.http.get(path, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
