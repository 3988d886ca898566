"""What makes long lists of images quick to filter."""

from typing import Protocol


class ImageLists(Protocol):
    """For each large job that has decided, which of its images are what. Derived from its images, and the
    same as they are at any time."""

    async def extend(self) -> bool:
        """Take the next images of a job into its list, in a transaction of its own. False: every list is
        whole. Harmless to call from several workers."""
        ...
