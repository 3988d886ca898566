"""Labels of images, in bulk."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from pixcrawler.application.ports.labels import LISTS, MOST_TAGS, ToJudge
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.labels import MAX_FOUND_LENGTH, Label, LabelSource
from pixcrawler.domain.shared.ids import CandidateId, ImageId, UserId

FORGET_FOUND = text(
    """
    DELETE FROM labels l USING images i
    WHERE i.job_id = :job AND l.image_id = i.id AND l.source NOT IN ('model', 'person')
    """
)
ADD_FOUND = text(
    """
    WITH kept AS (
        SELECT i.id, i.keyword, i.position, i.candidate_id, m.ordinality IS NOT NULL AS several
        FROM images i LEFT JOIN unnest(CAST(:several AS uuid[])) WITH ORDINALITY AS m(id) ON m.id = i.id
        WHERE i.job_id = :job AND i.state = 'accepted'
    ), place AS MATERIALIZED (
        SELECT DISTINCT ON (k.id) k.id, k.several, s.label, s.source, s.tags
        FROM kept k
        JOIN chunks c ON c.job_id = :job AND c.keyword = k.keyword AND c.position = k.position
        JOIN sightings s ON s.chunk_id = c.id AND s.candidate_id = k.candidate_id
        WHERE s.refused IS NULL AND (s.label <> '' OR s.tags <> '{}')
        ORDER BY k.id, s.rank
    )
    INSERT INTO labels (image_id, label, source, rank, model, created_at)
    SELECT found.id, left(found.label, :longest), found.source, found.rank, '', now()
    FROM (
        SELECT k.id, w.label, w.source, 1 AS rank FROM kept k
        JOIN unnest(CAST(:words AS text[]), CAST(:kinds AS text[]))
             WITH ORDINALITY AS w(label, source, number) ON w.number = k.keyword + 1
        WHERE NOT k.several
        UNION ALL
        SELECT id, label, CASE WHEN source = ANY(:lists) THEN 'category' ELSE 'taxon' END, 0
        FROM place WHERE NOT several
        UNION ALL
        SELECT v.id, v.label, v.source, v.rank
        FROM unnest(CAST(:images AS uuid[]), CAST(:labels AS text[]), CAST(:sources AS text[]),
                    CAST(:ranks AS int[])) AS v(id, label, source, rank)
        UNION ALL
        SELECT place.id, tag.name, 'source_tag', tag.number
        FROM place, unnest(place.tags) WITH ORDINALITY AS tag(name, number) WHERE tag.number <= :most_tags
    ) AS found
    WHERE found.label <> ''
    ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("lists", sorted(LISTS), type_=ARRAY(Text)))
SAID = text(
    """
    SELECT l.image_id, l.label, l.source, l.rank, l.confidence, l.model
    FROM labels l JOIN images i ON i.id = l.image_id
    WHERE i.job_id = :job AND i.state = 'accepted' AND l.source <> 'source_tag'
      AND EXISTS (SELECT 1 FROM labels p WHERE p.image_id = i.id AND p.source IN ('person', 'model'))
    """
)
SAID_OF = text(
    """
    SELECT l.image_id, l.label, l.source, l.rank, l.confidence, l.model
    FROM labels l JOIN images i ON i.id = l.image_id
    WHERE i.id = ANY(:images) AND i.state = 'accepted' AND l.source <> 'source_tag'
    """
)
ACCEPTED_OF = text("SELECT id FROM images WHERE id = ANY(:images) AND state = 'accepted'")
CLASSES = text(
    """
    SELECT DISTINCT l.label FROM labels l JOIN images i ON i.id = l.image_id
    WHERE i.job_id = :job AND i.state = 'accepted' AND l.source IN ('taxon', 'category')
    """
)
OPEN = text(
    """
    INSERT INTO labellings (job_id, sent, open) VALUES (:job, 0, true)
    ON CONFLICT (job_id) DO UPDATE SET open = true
    """
)
CLOSE = text("UPDATE labellings SET open = false WHERE job_id = :job RETURNING sent")
IS_OPEN = text("SELECT open FROM labellings WHERE job_id = :job")
TO_JUDGE = text(
    """
    SELECT i.id, i.key FROM images i
    WHERE i.job_id = :job AND i.state = 'accepted' AND NOT i.id = ANY(:besides)
      AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.image_id = i.id
                      AND (l.source = 'person' OR l.source = 'model' AND l.model = :model))
    ORDER BY i.sha256 LIMIT :most
    """
)
RESERVE = text(
    """
    WITH before AS (SELECT sent FROM labellings WHERE job_id = :job FOR UPDATE)
    UPDATE labellings l SET sent = l.sent + least(:wanted, greatest(0, :most - before.sent))
    FROM before WHERE l.job_id = :job RETURNING l.sent - before.sent
    """
)
IMAGE_OF = text(
    """
    SELECT c.reason, i.id FROM candidates c
    LEFT JOIN images i ON i.id = c.image_id AND i.candidate_id = c.id AND i.state = 'accepted'
    WHERE c.id = :candidate
    """
)
OF_IMAGE = text(
    """
    SELECT label, source, rank, confidence, model FROM labels
    WHERE image_id = :image ORDER BY source, rank, label
    """
)
FORGET_PERSON = text("DELETE FROM labels WHERE image_id = :image AND source = 'person'")
ADD_PERSON = text(
    """
    INSERT INTO labels (image_id, label, source, rank, model, by, created_at)
    SELECT :image, label, 'person', number - 1, '', :by, :at
    FROM unnest(CAST(:labels AS text[])) WITH ORDINALITY AS v(label, number)
    """
)
FORGET_MODEL = text(
    "DELETE FROM labels WHERE image_id = ANY(:images) AND source = 'model' AND model = ANY(:models)"
)
ADD_MODEL = text(
    """
    INSERT INTO labels (image_id, label, source, rank, confidence, model, created_at)
    SELECT v.id, v.label, 'model', 0, v.confidence, v.model, :at
    FROM unnest(CAST(:images AS uuid[]), CAST(:labels AS text[]), CAST(:confidences AS float8[]),
                CAST(:models AS text[])) AS v(id, label, confidence, model)
    """
)
CHOOSE = text(
    """
    UPDATE images i SET label = v.label, updated_at = now()
    FROM unnest(CAST(:images AS uuid[]), CAST(:labels AS text[])) AS v(id, label)
    WHERE i.id = v.id AND i.label IS DISTINCT FROM v.label
    """
)


class PostgresImageLabels:
    """See the port."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def found(self, job: CrawlJob, labels: Mapping[ImageId, Sequence[str]]) -> None:
        if job.run > 1:
            await self._session.execute(FORGET_FOUND, {"job": job.id})
        kinds = kinds_of(job)
        words = [keyword.label for keyword in job.spec.keywords]
        all_labels = [
            (image, label, rank) for image, every in labels.items() for rank, label in enumerate(every)
        ]
        values = {
            "job": job.id,
            "several": list(labels),
            "words": words,
            "kinds": [kinds[word] for word in words],
            "images": [image for image, _, _ in all_labels],
            "labels": [label for _, label, _ in all_labels],
            "sources": [kinds.get(label, own_kind(job)) for _, label, _ in all_labels],
            "ranks": [rank for _, _, rank in all_labels],
            "most_tags": MOST_TAGS,
            "longest": MAX_FOUND_LENGTH,
        }
        await self._session.execute(ADD_FOUND, values)

    async def said(self, job: CrawlJob) -> dict[ImageId, list[Label]]:
        found: dict[ImageId, list[Label]] = {}
        for image, *rest in await self._session.execute(SAID, {"job": job.id}):
            found.setdefault(ImageId(image), []).append(label_of(rest))
        return found

    async def said_of(self, images: Sequence[ImageId]) -> dict[ImageId, list[Label]]:
        standing = await self._session.scalars(ACCEPTED_OF, {"images": list(images)})
        found: dict[ImageId, list[Label]] = {ImageId(image): [] for image in standing}
        for image, *rest in await self._session.execute(SAID_OF, {"images": list(images)}):
            found[ImageId(image)].append(label_of(rest))
        return found

    async def classes(self, job: CrawlJob) -> list[str]:
        own = await self._session.scalars(CLASSES, {"job": job.id})
        return sorted({label for label in (*job.spec.labels, *own) if label})

    async def open(self, job: CrawlJob) -> None:
        await self._session.execute(OPEN, {"job": job.id})

    async def close(self, job: CrawlJob) -> int:
        return int(await self._session.scalar(CLOSE, {"job": job.id}) or 0)

    async def is_open(self, job: CrawlJob) -> bool:
        return bool(await self._session.scalar(IS_OPEN, {"job": job.id}))

    async def to_judge(
        self, job: CrawlJob, model: str, *, besides: Sequence[ImageId], most: int
    ) -> list[ToJudge]:
        values = {"job": job.id, "model": model, "besides": list(besides), "most": most}
        return [ToJudge(ImageId(row.id), row.key) for row in await self._session.execute(TO_JUDGE, values)]

    async def reserve(self, job: CrawlJob, wanted: int, *, most: int) -> int:
        values = {"job": job.id, "wanted": wanted, "most": most}
        return int(await self._session.scalar(RESERVE, values) or 0)

    async def image_of(self, candidate: CandidateId) -> ImageId:
        row = (await self._session.execute(IMAGE_OF, {"candidate": candidate})).first()
        if row is None or row.reason == "removed":
            raise ImageNotFound(f"There is no image {candidate}.")
        if row.id is None:
            raise ImageHasNoFile(f"Image {candidate} was not accepted, so it has no labels.")
        return ImageId(row.id)

    async def of_image(self, image: ImageId) -> list[Label]:
        return [label_of(row) for row in await self._session.execute(OF_IMAGE, {"image": image})]

    async def by_person(self, image: ImageId, labels: Sequence[str], *, by: UserId, at: datetime) -> None:
        await self._session.execute(FORGET_PERSON, {"image": image})
        values = {"image": image, "labels": list(labels), "by": by, "at": at}
        await self._session.execute(ADD_PERSON, values)

    async def by_model(self, labels: Mapping[ImageId, Label], *, at: datetime) -> None:
        models = [one.model for one in labels.values()]
        await self._session.execute(FORGET_MODEL, {"images": list(labels), "models": sorted(set(models))})
        values = {
            "images": list(labels),
            "labels": [one.label for one in labels.values()],
            "confidences": [one.confidence for one in labels.values()],
            "models": models,
            "at": at,
        }
        await self._session.execute(ADD_MODEL, values)

    async def choose(self, labels: Mapping[ImageId, str | None]) -> None:
        if labels:
            values = {"images": list(labels), "labels": list(labels.values())}
            await self._session.execute(CHOOSE, values)


def label_of(row: Sequence[object]) -> Label:
    label, source, rank, confidence, model = row
    return Label(str(label), LabelSource(str(source)), rank, confidence, str(model))  # type: ignore[arg-type]


def kinds_of(job: CrawlJob) -> dict[str, str]:
    """Each keyword's label → whether a category or a search text says it."""
    found: dict[str, str] = {}
    for keyword in job.spec.keywords:
        kind = LabelSource.CATEGORY if keyword.by_category else LabelSource.QUERY
        if found.get(keyword.label) != LabelSource.CATEGORY:
            found[keyword.label] = kind.value
    return found


def own_kind(job: CrawlJob) -> str:
    """Who says a label that no keyword has."""
    return (LabelSource.CATEGORY if LISTS.issuperset(job.spec.sources) else LabelSource.TAXON).value
