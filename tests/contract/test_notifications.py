"""What people are told and want to be told: as in memory, so on Postgres."""

from datetime import UTC, datetime, timedelta

from pixcrawler.domain.activity.notification import KEPT, READ_KEPT, NoticeKind
from pixcrawler.domain.activity.preferences import Digest, QuietHours, usual
from tests.contract.stages import Stage
from tests.fakes.aggregates import AT
from tests.fakes.platform_aggregates import notification


async def test_reading_all_reads_what_was_unread_and_nothing_of_others(stage: Stage) -> None:
    ann, bob = stage.make.profile(), stage.make.profile()
    early = notification(stage.make.new_id, ann, read_at=AT)
    new = notification(stage.make.new_id, ann)
    others = notification(stage.make.new_id, bob)
    later = AT + timedelta(hours=1)
    async with stage.transaction() as tx:
        for profile in (ann, bob):
            await tx.profiles.add(profile)
        for one in (early, new, others):
            await tx.notifications.add(one)
        assert await tx.notifications.read_all(ann.id, at=later) == 1
        assert await tx.notifications.read_all(ann.id, at=later) == 0
        await tx.commit()
    async with stage.transaction() as tx:
        read = [(await tx.notifications.get(one.id)).read_at for one in (early, new, others)]
    assert read == [AT, later, None]


async def test_what_is_old_is_forgotten_sooner_when_it_was_read_and_in_parts(stage: Stage) -> None:
    ann, now, day = stage.make.profile(), datetime.now(UTC), timedelta(days=1)
    kept = [
        notification(stage.make.new_id, ann, created_at=now - 89 * day, read_at=now),
        notification(stage.make.new_id, ann, created_at=now - 364 * day),
    ]
    old = [
        notification(stage.make.new_id, ann, created_at=now - 91 * day, read_at=now),
        notification(stage.make.new_id, ann, created_at=now - 366 * day, read_at=now - 365 * day),
        notification(stage.make.new_id, ann, created_at=now - 366 * day),
    ]
    ages = {"read_after": READ_KEPT, "all_after": KEPT}
    async with stage.transaction() as tx:
        await tx.profiles.add(ann)
        for one in kept + old:
            await tx.notifications.add(one)
        assert [await tx.notifications.forget(**ages, most=2) for _ in range(3)] == [2, 1, 0]
        await tx.commit()
    async with stage.transaction() as tx:
        assert [(await tx.notifications.get(one.id)).id for one in kept] == [one.id for one in kept]


async def test_preferences_are_the_usual_ones_until_somebody_keeps_others(stage: Stage) -> None:
    ann = stage.make.profile()
    async with stage.transaction() as tx:
        await tx.profiles.add(ann)
        await tx.commit()
    async with stage.transaction() as tx:
        wanted = await tx.preferences.of(ann.id)
        assert wanted == usual(ann.id)
        wanted.muted = (NoticeKind.JOB_FAILED, NoticeKind.PASSWORD_CHANGED)
        wanted.email, wanted.sms, wanted.digest = False, True, Digest.WEEKLY
        wanted.quiet_hours = QuietHours(start="22:00", end="06:59", time_zone="Asia/Tokyo")
        await tx.preferences.keep(wanted)
        await tx.commit()
    async with stage.transaction() as tx:
        again = await tx.preferences.of(ann.id)
        assert again == wanted
        again.quiet_hours = None
        await tx.preferences.keep(again)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.preferences.of(ann.id) == again
