"""Files that grow at their end."""

from pathlib import Path

from pixcrawler.adapters.archives.disk import AT_ONCE, SENT, Growing


def test_pieces_lie_behind_each_other_however_many_and_however_large(tmp_path: Path) -> None:
    pieces = [b"%d" % number for number in range(2 * AT_ONCE + 3)]
    large = [b"a" * SENT, b"", b"b" * (SENT // 2), b"c" * SENT]
    with (tmp_path / "file").open("xb", buffering=0) as file:
        growing = Growing(file.fileno())
        for block in (pieces, [], large, pieces):
            growing.write(block)
    content = (tmp_path / "file").read_bytes()
    assert content == b"".join([*pieces, *large, *pieces])
    assert growing.size == len(content)
