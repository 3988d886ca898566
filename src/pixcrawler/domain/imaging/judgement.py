"""Every rule that a picture is held to, one by one."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.imaging.quality import REASONS, Scores, evidence
from pixcrawler.domain.imaging.rules import Rules, judge
from pixcrawler.domain.imaging.validation import Check, Verdict
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Thresholds

LOOKED_AT = frozenset(
    {
        Reason.NOT_AN_IMAGE,
        Reason.UNSUPPORTED_FORMAT,
        Reason.TRUNCATED,
        Reason.CORRUPT,
        Reason.TOO_MANY_PIXELS,
        Reason.DECODE_LIMIT,
        Reason.TOO_SMALL,
        Reason.TOO_LARGE,
        Reason.WRONG_FILE_TYPE,
        Reason.WRONG_IMAGE_TYPE,
        Reason.WRONG_COLOR,
        Reason.DIGEST_MISMATCH,
        *REASONS.values(),
    }
)
"""Reasons that looking at a file gives."""
FILE, READABLE = "file", "readable"


class Judgement(NamedTuple):
    """``reason`` is that of the first check that failed, ``evidence`` one short line on it."""

    verdict: Verdict
    reason: Reason | None
    evidence: str | None
    checks: tuple[Check, ...]
    scores: Scores | None


def damaged(reason: Reason, why: str) -> Judgement:
    """The stored file cannot be looked at."""
    return Judgement(Verdict.DAMAGED, reason, why, (Check(name=FILE, passed=False, reason=reason),), None)


def unreadable(reason: Reason, why: str) -> Judgement:
    """It is no picture that is accepted; nothing else was tried."""
    checks = (Check(name=FILE, passed=True), Check(name=READABLE, passed=False, reason=reason))
    return Judgement(Verdict.INVALID, reason, why, checks, None)


def judged(facts: Facts, rules: Rules, thresholds: Thresholds) -> Judgement:
    """Against what its job accepts and, after a strict look, the thresholds; the gravest score first."""
    of_rules = tuple(_of_rules(facts, rules))
    checks = (Check(name=FILE, passed=True), Check(name=READABLE, passed=True), *of_rules)
    scores = facts.scores
    why = f"{facts.width}x{facts.height} {facts.format}"
    if scores is not None:
        measured = tuple(_measured(scores, thresholds))
        found = tuple(check.reason for check in measured if check.reason is not None)
        scores = msgspec.structs.replace(scores, issues=found)
        checks += measured
        if all(check.passed for check in of_rules):
            why = evidence(scores, thresholds)
    reason = next((check.reason for check in checks if not check.passed), None)
    if reason is None:
        return Judgement(Verdict.VALID, None, None, checks, scores)
    return Judgement(Verdict.INVALID, reason, why, checks, scores)


def _of_rules(facts: Facts, rules: Rules) -> Iterator[Check]:
    """One for each rule that the job has."""
    single = {
        "file_type": Rules(file_types=rules.file_types) if rules.file_types else None,
        "min_size": Rules(min_size=rules.min_size) if rules.min_size else None,
        "max_size": Rules(max_size=rules.max_size) if rules.max_size else None,
    }
    for name, rule in single.items():
        if rule is not None:
            reason = judge(facts, rule)
            yield Check(name=name, passed=reason is None, reason=reason)


def _measured(scores: Scores, thresholds: Thresholds) -> Iterator[Check]:
    for name, reason in REASONS.items():
        score, limit = getattr(scores, name), getattr(thresholds, name)
        passed = score <= limit
        yield Check(name=name, passed=passed, reason=None if passed else reason, score=score, limit=limit)
