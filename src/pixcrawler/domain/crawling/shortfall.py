"""Why there are fewer images than were asked for."""

from collections.abc import Mapping, Sequence

from pixcrawler.domain.shared.reasons import Reason


def explained(
    asked: int, accepted: int, reasons: Mapping[str, int], troubles: Sequence[str]
) -> tuple[str, ...]:
    """Sentences for a person; none when nothing is missing."""
    if accepted >= asked:
        return ()
    found = accepted + sum(reasons.values())
    if found == 0:
        sentences = ["The sources found nothing for these keywords."]
    else:
        sentences = [f"The sources gave {found:,} candidates in all, and have no more."]
    most_first = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    sentences += [f"{count:,}: {Reason(reason).sentence}" for reason, count in most_first[:5]]
    again = sum(count for reason, count in reasons.items() if Reason(reason).retryable)
    if again:
        sentences.append(
            f"{again:,} of them failed for reasons that may pass; resume the job to try them again."
        )
    return (*sentences, *dict.fromkeys(troubles))
