"""What an export is packed into."""

from enum import StrEnum


class Archive(StrEnum):
    """One file that holds an export. ``ZIP`` stores pictures as they are; ``SEVEN_ZIP`` is for the warm tier,
    where what is seldom asked for lies."""

    ZIP = "zip"
    TAR = "tar"
    TAR_ZST = "tar.zst"
    SEVEN_ZIP = "7z"
