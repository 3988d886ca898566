"""Why a file is not taken, raised from wherever that becomes clear."""

from pixcrawler.domain.shared.reasons import Reason

EVIDENCE_BYTES = 120


class Refused(Exception):
    """The file is not a picture that we accept; the child answers with this reason and evidence."""

    def __init__(self, reason: Reason, evidence: str) -> None:
        super().__init__(evidence)
        self.reason = reason
        self.evidence = one_line(evidence)


def one_line(text: str) -> str:
    """Printable ASCII, at most 120 bytes: decoders quote file contents in their messages."""
    kept = "".join(c if " " <= c <= "~" else "?" for c in " ".join(text.split()))
    return kept[:EVIDENCE_BYTES]
