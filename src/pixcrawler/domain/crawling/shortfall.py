"""Why there are fewer images than were asked for."""

from collections.abc import Mapping, Sequence

from pixcrawler.domain.shared.reasons import Reason


def explained(
    asked: int,
    accepted: int,
    reasons: Mapping[str, int],
    troubles: Sequence[str],
    *,
    again: str = "resume the job to try them again.",
) -> tuple[str, ...]:
    """Sentences for a person; none when nothing is missing. ``again`` says how to try again what may pass."""
    if accepted >= asked:
        return ()
    found = accepted + sum(reasons.values())
    if found == 0:
        sentences = ["The sources found nothing for these keywords."]
    else:
        sentences = [f"The sources gave {found:,} candidates in all, and have no more."]
    most_first = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    sentences += [f"{count:,}: {Reason(reason).sentence}" for reason, count in most_first[:5]]
    if passing := may_pass(reasons):
        sentences.append(f"{passing}; {again}")
    return (*sentences, *dict.fromkeys(troubles))


def may_pass(reasons: Mapping[str, int]) -> str:
    """How many failed for reasons that may pass, and for which: the beginning of a sentence; or nothing."""
    passing = [(-count, reason) for reason, count in reasons.items() if Reason(reason).retryable]
    if not passing:
        return ""
    which = ", ".join(f"{reason} {-count:,}" for count, reason in sorted(passing))
    return f"{-sum(count for count, _ in passing):,} candidates failed for reasons that may pass ({which})"
