"""In which order a job's addresses are read, part of a cursor."""

import msgspec


class Turns(msgspec.Struct, array_like=True):
    """``current`` is the number of the address that is being read (-1: none yet), ``coming`` of the next.

    ``late`` ones failed for a reason that may pass, and have another turn behind all others, their last
    (``final``). ``read`` counts the documents that were of use, of all addresses.
    """

    current: int = -1
    coming: int = 0
    late: list[int] = []
    final: bool = False
    read: int = 0

    def take(self, count: int) -> bool:
        """Go to the next of ``count`` addresses; False when all had their turn."""
        if self.coming < count:
            self.current, self.coming = self.coming, self.coming + 1
            return True
        if self.late:
            self.current, self.final = self.late.pop(0), True
            return True
        return False

    def left(self, count: int) -> bool:
        """Whether another one has its turn after the current one."""
        return self.coming < count or bool(self.late)

    def put_off(self, count: int) -> bool:
        """The current one failed; True when it has another turn later. With nothing else to do meanwhile it
        is the task that is repeated."""
        if self.final or not self.left(count):
            return False
        self.late.append(self.current)
        return True
