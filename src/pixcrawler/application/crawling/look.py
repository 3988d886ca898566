"""From received bytes to a fate: recognise, inspect, judge, keep."""

import asyncio
import contextlib
from dataclasses import dataclass, field

import msgspec

from pixcrawler.application.crawling.recognition import Recognition
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.application.ports.inspector import Inspector, Unreadable
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.repositories import Bad, Good, PendingCandidate
from pixcrawler.domain.crawling.filters import ImageType
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.appearance import Look, judge_appearance, judge_frames
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.imaging.quality import evidence as evidence_of
from pixcrawler.domain.imaging.quality import issues
from pixcrawler.domain.imaging.rules import Rules, judge
from pixcrawler.domain.shared.ids import ImageId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds, ValidationMode

Fate = Good | Bad


@dataclass(slots=True)
class Looking:
    """Looks at what a chunk fetched. Bytes that were looked at before are not decoded again."""

    job: CrawlJob
    recognition: Recognition
    inspector: Inspector
    store: ObjectStore
    new_id: NewId
    _seen: dict[str, asyncio.Future[Facts | Unreadable]] = field(default_factory=dict)

    async def look(self, received: tuple[PendingCandidate, Fetched | Missed]) -> Fate:
        """Raises StorageFull and Unavailable; the body is kept or discarded in any case."""
        candidate, fetched = received
        if isinstance(fetched, Missed):
            return Bad(
                candidate=candidate.id,
                reason=fetched.reason,
                evidence=fetched.evidence,
                retrieved_at=fetched.retrieved_at,
            )
        try:
            return await self._fate(candidate, fetched)
        finally:
            fetched.body.discard()

    async def _fate(self, candidate: PendingCandidate, fetched: Fetched) -> Fate:
        if candidate.sha256 is not None and candidate.sha256.lower() != fetched.sha256:
            return _bad(candidate, fetched, Reason.DIGEST_MISMATCH, f"sha256 is {fetched.sha256}")
        facts = await self._facts(fetched)
        if isinstance(facts, Unreadable):
            return _bad(candidate, fetched, facts.reason, facts.evidence)
        facts = self._with_issues(facts)
        reason = judge(facts, rules_of(self.job))
        if reason is not None:
            evidence = f"{facts.width}x{facts.height} {facts.format}"
            return _bad(candidate, fetched, reason, evidence)
        unlike = await self._unlike(fetched, facts)
        if unlike is not None:
            return _bad(candidate, fetched, *unlike)
        if facts.scores is not None and facts.scores.issues and self._rejects:
            return _bad(candidate, fetched, facts.scores.issues[0], evidence_of(facts.scores, self._limits))
        key = content_key(self.job, fetched.sha256)
        await self.store.keep(fetched.body, key)
        return Good(
            candidate=candidate.id,
            image=ImageId(self.new_id()),
            sha256=fetched.sha256,
            key=key,
            bytes=fetched.size,
            facts=facts,
            content_type=fetched.content_type,
            final_url=fetched.final_url,
            retrieved_at=fetched.retrieved_at,
        )

    async def _unlike(self, fetched: Fetched, facts: Facts) -> tuple[Reason, str] | None:
        """Reason and evidence against a picture that does not look as the job wants it."""
        wanted = look_of(self.job)
        reason = judge_frames(facts.frames, wanted)
        if reason is not None:
            return reason, f"{facts.frames} frame"
        if not wanted.wants_a_glance:
            return None
        seen = await self.inspector.glance(fetched.body)
        if isinstance(seen, Unreadable):
            return seen.reason, seen.evidence
        reason = judge_appearance(seen, wanted)
        shown = ", ".join(sorted(seen.colors))
        return (
            None if reason is None else (reason, f"{shown}; {'' if seen.transparent else 'not '}transparent")
        )

    @property
    def _limits(self) -> Thresholds:
        return self.job.spec.thresholds or DEFAULT_THRESHOLDS

    @property
    def _rejects(self) -> bool:
        return self.job.spec.validation_mode is ValidationMode.REJECT

    def _with_issues(self, facts: Facts) -> Facts:
        """By this job's thresholds: the scores may be remembered from a job with others."""
        if facts.scores is None:
            return facts
        found = issues(facts.scores, self._limits)
        return msgspec.structs.replace(facts, scores=msgspec.structs.replace(facts.scores, issues=found))

    async def _facts(self, fetched: Fetched) -> Facts | Unreadable:
        """The same bytes twice at once: the second waits for the first."""
        pending = self._seen.get(fetched.sha256)
        if pending is not None:
            return await asyncio.shield(pending)
        future = self._seen[fetched.sha256] = asyncio.get_running_loop().create_future()
        try:
            level = self.job.spec.validation
            known = await self.recognition.facts(fetched.sha256)
            facts = known or await self.inspector.inspect(fetched.body, level)
        except BaseException as error:
            del self._seen[fetched.sha256]
            future.cancel() if isinstance(error, asyncio.CancelledError) else future.set_exception(error)
            with contextlib.suppress(BaseException):
                future.exception()
            raise
        future.set_result(facts)
        return facts


def content_key(job: CrawlJob, digest: str) -> str:
    """Per owner, so that nobody learns what another has."""
    return f"{job.owner_id.hex}/{digest[:2]}/{digest}"


def rules_of(job: CrawlJob) -> Rules:
    rules = job.spec.rules
    return Rules(rules.min_size, rules.max_size, frozenset(Format(kind) for kind in rules.file_types))


def look_of(job: CrawlJob) -> Look:
    filters = job.spec.filters
    return Look(
        color=filters.color,
        transparent=filters.image_type is ImageType.TRANSPARENT,
        animated=filters.image_type is ImageType.ANIMATED,
    )


def _bad(candidate: PendingCandidate, fetched: Fetched, reason: Reason, evidence: str) -> Bad:
    return Bad(candidate=candidate.id, reason=reason, evidence=evidence, retrieved_at=fetched.retrieved_at)
