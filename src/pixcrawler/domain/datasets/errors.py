"""Errors of datasets."""

from pixcrawler.domain.shared.errors import Conflict, Invalid, NotFound, Unavailable


class DatasetNotFound(NotFound):
    code = "DATASET_NOT_FOUND"


class DatasetVersionNotFound(NotFound):
    code = "DATASET_VERSION_NOT_FOUND"


class ExportNotFound(NotFound):
    code = "EXPORT_NOT_FOUND"


class EmptySelection(Conflict):
    """Nothing meets the selection; the sentence names what left nothing."""

    code = "EMPTY_SELECTION"


class InvalidDataset(Invalid):
    """A dataset cannot be called or described so."""

    code = "INVALID_DATASET"


class InvalidSelection(Invalid):
    """No selection can be made of this."""

    code = "INVALID_SELECTION"


class JobNotSettled(Conflict):
    """A job that the dataset selects from still runs, so which images it has is not known."""

    code = "JOB_NOT_SETTLED"


class BuildCancelled(Conflict):
    """Somebody stopped the making of a version."""

    code = "BUILD_CANCELLED"


class VersionNotReady(Conflict):
    """A version that is not built, or could not be, cannot be exported."""

    code = "VERSION_NOT_READY"


class UnknownFormat(Invalid):
    code = "UNKNOWN_FORMAT"


class InvalidShardSize(Invalid):
    """No shards of this size can be written."""

    code = "INVALID_SHARD_SIZE"


class ExportMismatch(Unavailable):
    """What stands on disk is not what the manifest says."""

    code = "EXPORT_MISMATCH"


class TakenDown(Conflict):
    """An export holds a picture that may not be shown any more."""

    code = "TAKEN_DOWN"


class BrokenArchive(Unavailable):
    """A stored archive cannot be read, or does not hold what it should."""

    code = "BROKEN_ARCHIVE"


class BrokenManifest(Unavailable):
    """A stored manifest cannot be read."""

    code = "BROKEN_MANIFEST"


class InvalidSplit(Invalid):
    """The parts of a split cannot be read or do not add up."""

    code = "INVALID_SPLIT"


class InvalidConversion(Invalid):
    """No conversion can be made of these options."""

    code = "INVALID_CONVERSION"


class CannotConvert(Invalid):
    """A picture cannot take the conversion that was asked for."""

    code = "CANNOT_CONVERT"
