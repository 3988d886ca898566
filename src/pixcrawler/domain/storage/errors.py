"""Errors of storage, each with a stable code and a sentence that a user can act on."""

from pixcrawler.domain.shared.errors import Conflict, Disabled, Invalid, NotFound


class NoWarmStore(Disabled):
    """Only one store is configured."""

    code = "NO_WARM_STORE"

    def __init__(self) -> None:
        message = "There is no warm store to archive into; STORAGE_WARM_PROVIDER names one."
        super().__init__(message)


class InvalidPolicy(Invalid):
    code = "INVALID_POLICY"


class PolicyNotFound(NotFound):
    code = "POLICY_NOT_FOUND"


class PolicyNameTaken(Conflict):
    code = "POLICY_NAME_TAKEN"


class ExecutionNotFound(NotFound):
    code = "POLICY_EXECUTION_NOT_FOUND"


class ExecutionEnded(Conflict):
    code = "POLICY_EXECUTION_ENDED"


class FileNotFound(NotFound):
    """No object of that key belongs to whoever asks."""

    code = "FILE_NOT_FOUND"
