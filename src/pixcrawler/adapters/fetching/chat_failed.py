"""Why a chat endpoint gave nothing; apart from its client, which loads httpx."""


class ChatFailed(Exception):
    """No usable answer; the sentence quotes nothing that the server said. ``passing``: it may be another
    time, or for another question."""

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing
