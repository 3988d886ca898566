"""A named collection built from jobs by a selection."""

from datetime import datetime

import msgspec

from pixcrawler.domain.datasets.errors import InvalidDataset
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, DatasetVersionId, ProjectId, UserId

MAX_NAME_LENGTH = 200
MAX_DESCRIPTION_LENGTH = 2_000


class Dataset(msgspec.Struct, kw_only=True):
    """``jobs`` are all that its selection names, whose changes count from the next version on."""

    id: DatasetId
    owner_id: UserId
    project_id: ProjectId
    name: str
    description: str
    selection: Selection
    jobs: tuple[CrawlJobId, ...]
    versions: int
    version: int
    created_at: datetime

    @classmethod
    def new(
        cls,
        key: DatasetId,
        *,
        owner: UserId,
        project: ProjectId,
        name: str,
        description: str = "",
        selection: Selection,
        at: datetime,
    ) -> "Dataset":
        """Raises InvalidDataset for a name or a description that cannot be, and InvalidSelection."""
        return cls(
            id=key,
            owner_id=owner,
            project_id=project,
            name=_checked_name(name),
            description=_checked_description(description),
            selection=selection.checked(),
            jobs=selection.all_jobs(),
            versions=0,
            version=1,
            created_at=at,
        )

    def change(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        selection: Selection | None = None,
    ) -> None:
        """What is None stays as it is. Raises InvalidDataset and InvalidSelection."""
        if name is not None:
            self.name = _checked_name(name)
        if description is not None:
            self.description = _checked_description(description)
        if selection is not None:
            self.selection = selection.checked()
            self.jobs = selection.all_jobs()

    def next_version(self, key: DatasetVersionId, *, changelog: str = "", at: datetime) -> DatasetVersion:
        """Pending, with the selection as it is now; numbers count from 1."""
        self.versions += 1
        return DatasetVersion(
            id=key,
            dataset_id=self.id,
            owner_id=self.owner_id,
            number=self.versions,
            status=BuildStatus.PENDING,
            failure_code=None,
            failure=None,
            digest=None,
            manifest_key=None,
            images=0,
            bytes=0,
            selection=self.selection,
            changelog=changelog,
            changes=None,
            stats=None,
            created_at=at,
        )


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise InvalidDataset(f"A dataset's name has 1 to {MAX_NAME_LENGTH} characters.", field="name")
    return name


def _checked_description(description: str) -> str:
    if len(description) > MAX_DESCRIPTION_LENGTH:
        raise InvalidDataset(
            f"A dataset's description has at most {MAX_DESCRIPTION_LENGTH:,} characters.", field="description"
        )
    return description
