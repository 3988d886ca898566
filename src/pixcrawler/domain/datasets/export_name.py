"""What an archive, and the folder in it, are called."""

import re

_LONGEST = 60


def export_name(dataset: str, version: int) -> str:
    """``red-fox-v1`` of “Red fox”: letters that every file system, shell and address takes; ``dataset-v1``
    where the name has none of them."""
    slug = re.sub(r"[^a-z0-9]+", "-", dataset.lower()).strip("-")[:_LONGEST].strip("-")
    return f"{slug or 'dataset'}-v{version}"
