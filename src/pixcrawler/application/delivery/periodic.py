"""THE table of what is done again and again, whoever asks for it or not."""

from datetime import timedelta
from typing import Final

EVERYWHERE: Final = {
    "reap_objects": ("pixcrawler.storage.reap_objects", timedelta(hours=1)),
    "run_policies": ("pixcrawler.storage.run_policies", timedelta(minutes=5)),
    "expire_exports": ("pixcrawler.storage.expire_exports", timedelta(days=1)),
    "prune_tasks": ("pixcrawler.delivery.prune_tasks", timedelta(hours=1)),
}
"""Schedule name → task, how often. In every lane, so that a machine that only ever crawls tidies up too."""
PLATFORMS: Final = {
    "run_schedules": ("pixcrawler.crawling.run_schedules", timedelta(minutes=1)),
    "tend_image_lists": ("pixcrawler.imaging.tend_image_lists", timedelta(minutes=1)),
    "tend_accounts": ("pixcrawler.identity.tend_accounts", timedelta(minutes=5)),
}
"""The same for the platform's lane alone, in the queue of what is prompt."""
PERIODIC: Final = frozenset(task for task, _ in (EVERYWHERE | PLATFORMS).values())
"""The tasks that no event causes."""
