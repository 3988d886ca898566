"""The first bytes of an object, which its writer is given last."""

from typing import NamedTuple


class Head(NamedTuple):
    """How many there are."""

    size: int

    @property
    def room(self) -> bytes:
        """What stands in their place until they are known."""
        return bytes(self.size)

    def check(self, head: bytes) -> None:
        """Raises ValueError when these are more or fewer."""
        if len(head) != self.size:
            raise ValueError(f"The head was to have {self.size} bytes, and has {len(head)}.")
