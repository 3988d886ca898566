"""Folders that are filled out of sight."""

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest

from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.domain.shared.errors import Forbidden, LeaseLost, StorageFull, Unavailable


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def fill(folder: Path, **files: str) -> None:
    for name, content in files.items():
        (folder / name).write_text(content)


async def ours() -> None:
    """The task is still this worker's."""


async def lost() -> None:
    raise LeaseLost("Another worker has taken over this task.")


async def test_what_was_built_appears_when_it_is_moved_into_place(tmp_path: Path) -> None:
    out = tmp_path / "out"
    async with LocalWorkspace([out]).building(out) as part:
        (part.path / "data").mkdir()
        fill(part.path / "data", a="1")
        fill(part.path, SHA256SUMS="sums", readme="r")
        assert {name for name in tree(out) if not name.startswith(".pixcrawler")} == set()
        await part.move_into_place(unless_lost=ours)
    assert tree(out) == {"data/a": "1", "SHA256SUMS": "sums", "readme": "r"}


async def test_what_was_not_moved_is_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    workspace = LocalWorkspace([out])

    async def fails() -> None:
        async with workspace.building(out) as part:
            fill(part.path, a="1")
            part.progress(1, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert list(out.iterdir()) == []


async def test_progress_can_be_read_while_it_is_built_and_is_gone_afterwards(tmp_path: Path) -> None:
    async with LocalWorkspace([tmp_path]).building(tmp_path) as part:
        part.progress(3, 10)
        assert [path.read_text() for path in tmp_path.glob(".pixcrawler-*/progress")] == ["3/10"]
        await part.move_into_place(unless_lost=ours)
    assert list(tmp_path.iterdir()) == []


async def test_an_older_dataset_is_replaced_and_the_rest_of_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    fill(tmp_path / "data", old="old")
    fill(tmp_path, mine="mine", readme="old")
    async with LocalWorkspace([tmp_path]).building(tmp_path) as part:
        (part.path / "data").mkdir()
        fill(part.path / "data", new="new")
        fill(part.path, readme="new")
        await part.move_into_place(unless_lost=ours)
    assert tree(tmp_path) == {"data/new": "new", "mine": "mine", "readme": "new"}


LEFT_IN_THE_MIDDLE = """
import asyncio, os, sys
from pathlib import Path
from pixcrawler.adapters.storage.workspace import LocalWorkspace

async def main(out):
    async with LocalWorkspace([out]).building(out) as part:
        (part.path / "half").write_text("half")
        os._exit(9)

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_what_a_killed_process_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", LEFT_IN_THE_MIDDLE, str(tmp_path))
    assert await killed.wait() == 9
    assert "half" in set(tree(tmp_path).values())
    async with LocalWorkspace([tmp_path]).building(tmp_path) as part:
        assert list(part.path.iterdir()) == []
        assert "half" not in set(tree(tmp_path).values())
    assert list(tmp_path.iterdir()) == []


async def test_two_at_once_have_folders_of_their_own(tmp_path: Path) -> None:
    workspace = LocalWorkspace([tmp_path])
    async with workspace.building(tmp_path) as frozen:
        fill(frozen.path, data="of the frozen")
        async with workspace.building(tmp_path) as heir:
            assert list(heir.path.iterdir()) == []
            fill(heir.path, data="of the heir")
            assert tree(frozen.path) == {"data": "of the frozen"}
            await heir.move_into_place(unless_lost=ours)
        assert tree(frozen.path) == {"data": "of the frozen"}
        with pytest.raises(LeaseLost):
            await frozen.move_into_place(unless_lost=lost)
    assert tree(tmp_path) == {"data": "of the heir"}


async def test_nobody_moves_while_somebody_else_does(tmp_path: Path) -> None:
    workspace = LocalWorkspace([tmp_path], patience=0.2)
    checking, go_on = asyncio.Event(), asyncio.Event()

    async def stands_still() -> None:
        checking.set()
        await go_on.wait()

    async with workspace.building(tmp_path) as frozen, workspace.building(tmp_path) as heir:
        fill(frozen.path, data="of the frozen")
        fill(heir.path, data="of the heir")
        moving = asyncio.create_task(frozen.move_into_place(unless_lost=stands_still))
        await checking.wait()
        with pytest.raises(Unavailable, match="still moving"):
            await heir.move_into_place(unless_lost=ours)
        go_on.set()
        await moving
        assert (tmp_path / "data").read_text() == "of the frozen"
        await heir.move_into_place(unless_lost=ours)
    assert tree(tmp_path) == {"data": "of the heir"}


async def test_who_is_cancelled_while_moving_moves_all_of_it(tmp_path: Path) -> None:
    async with LocalWorkspace([tmp_path]).building(tmp_path) as part:
        for number in range(300):
            (part.path / f"{number:03d}").mkdir()
        fill(part.path, SHA256SUMS="sums")
        moving = asyncio.create_task(part.move_into_place(unless_lost=ours))
        while not (tmp_path / "000").exists():
            await asyncio.sleep(0)
        moving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await moving
    assert len(list(tmp_path.iterdir())) == 301


async def test_only_the_named_folders_may_be_written(tmp_path: Path) -> None:
    workspace = LocalWorkspace([tmp_path / "mine"])
    for other in (tmp_path, tmp_path / "mine/below", tmp_path / "mine/../yours"):
        with pytest.raises(Forbidden, match="may not write"):
            await workspace.building(other).__aenter__()
    async with workspace.building(tmp_path / "x/../mine"):
        pass


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    fill(tmp_path, file="")
    out = tmp_path / "file/out"
    with pytest.raises(Unavailable):
        await LocalWorkspace([out]).building(out).__aenter__()


async def test_a_full_disk_is_said_plainly(small_disk: Path) -> None:
    def use_up() -> None:
        with (small_disk / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)

    with pytest.raises(OSError, match="No space"):
        use_up()
    async with LocalWorkspace([small_disk / "out"]).building(small_disk / "out") as part:
        with pytest.raises(StorageFull, match="make room"):
            part.progress(1, 2)


async def test_what_the_checksums_of_before_name_is_gone_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "outside").write_text("not ours")
    workspace = LocalWorkspace([out])
    async with workspace.building(out) as part:
        (part.path / "train").mkdir()
        fill(part.path / "train", a="1")
        fill(part.path, README="r", SHA256SUMS="00  train/a\n00  README\n00  ../outside\n00  ..\n")
        await part.move_into_place(unless_lost=ours)
    fill(out, notes="mine")
    async with workspace.building(out) as part:
        fill(part.path, README="again", table="t", SHA256SUMS="00  README\n00  table\n")
        await part.move_into_place(unless_lost=ours)
    assert sorted(tree(out)) == ["README", "SHA256SUMS", "notes", "table"]
    async with workspace.building(out) as part:
        fill(part.path, archive="z")
        await part.move_into_place(unless_lost=ours)
    assert tree(out) == {"archive": "z", "notes": "mine"}
    assert (tmp_path / "outside").read_text() == "not ours"


async def test_who_died_while_the_former_files_went_is_followed_by_one_who_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    fill(out, old="1", **{".pixcrawler-former": "00  gone\n00  old\n"})
    async with LocalWorkspace([out]).building(out) as part:
        fill(part.path, new="2", SHA256SUMS="00  new\n")
        await part.move_into_place(unless_lost=ours)
    assert sorted(tree(out)) == ["SHA256SUMS", "new"]
