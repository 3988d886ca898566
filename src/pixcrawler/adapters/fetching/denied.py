"""The guard's refusal."""

from pixcrawler.domain.shared.reasons import Reason


class Denied(Exception):
    """This address is not fetched. ``evidence`` is one short line that repeats nothing secret of the URL.

    ``reason`` is ADDRESS_DENIED for a verdict on a host or an address, BAD_URL for a malformed URL, a
    scheme or a port, DNS when the name has no answer. ``passing`` marks a DNS failure that may pass.
    """

    def __init__(self, reason: Reason, evidence: str, *, passing: bool = False) -> None:
        super().__init__(f"{reason.value}: {evidence}")
        self.reason = reason
        self.evidence = evidence
        self.passing = passing
