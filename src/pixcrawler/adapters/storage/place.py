"""How sentences call a store, so that whoever reads one knows which setting to look at."""

from dataclasses import dataclass

from pixcrawler.domain.shared.errors import DomainError, StorageFull, Unavailable

_REFUSED = {401, 403}
_NO_ROOM = {413, 507}
NO_BUCKET = {"NoSuchBucket", "ContainerNotFound", "FilesystemNotFound", "ContainerBeingDeleted"}
_FULL = {
    "EntityTooLarge",
    "QuotaExceeded",
    "XMinioStorageFull",
    "XMinioAdminBucketQuotaExceeded",
    "Payload too large",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``name`` ("S3"), ``bucket`` as it is named there, and the settings that hold the bucket and what we
    show to be let in."""

    name: str
    bucket: str
    bucket_setting: str
    credentials: str

    def told(self, status: int, word: str) -> DomainError:
        """For an HTTP status (0: none) with the server's own word for it (empty: none)."""
        short = " ".join(part for part in (str(status or ""), word) if part)
        if word in NO_BUCKET:
            return self.no_bucket()
        if status in _NO_ROOM or word in _FULL:
            return StorageFull(
                f"{self.name} takes no more into “{self.bucket}” ({short}): make room, or raise its limits."
            )
        if status in _REFUSED:
            return self.refused(short)
        return self.away(f"it answered {short}")

    def no_bucket(self) -> DomainError:
        return Unavailable(
            f"{self.name} has no bucket or container “{self.bucket}”: "
            f"make it, or correct {self.bucket_setting}."
        )

    def refused(self, why: str) -> DomainError:
        return Unavailable(
            f"{self.name} refuses what we ask of “{self.bucket}” ({why}): "
            f"check {self.credentials}, and that they may read, write, list and delete there."
        )

    def away(self, what: str) -> DomainError:
        return Unavailable(f"{self.name} does not do its work now ({what}); later it may.")
