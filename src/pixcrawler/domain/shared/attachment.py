"""How a download says what its file is called."""

import re
from urllib.parse import quote


def attachment(filename: str) -> str:
    """A Content-Disposition (RFC 6266) that never opens in a browser; whatever the name, it is one header."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", filename)
    header = f'attachment; filename="{plain}"'
    return header if plain == filename else f"{header}; filename*=UTF-8''{quote(filename, safe='')}"
