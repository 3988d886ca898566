"""The ``.env`` file."""

from pathlib import Path

from dotenv.parser import parse_stream


def read_dotenv(path: Path | None) -> tuple[dict[str, str], list[str]]:
    """Names and texts of the file, and what is wrong with it. A file that is not there is empty."""
    if path is None or not path.exists():
        return {}, []
    texts: dict[str, str] = {}
    mistakes: list[str] = []
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for line in parse_stream(stream):
                if line.error or (line.key is not None and line.value is None):
                    mistakes.append(f"{path}, line {line.original.line}: this is not NAME=value.")
                elif line.key is not None:
                    texts[line.key] = line.value or ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        mistakes.append(f"{path} cannot be read: {why}.")
    return texts, mistakes
