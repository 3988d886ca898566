"""Where exports may go."""

from pathlib import Path

from pixcrawler.adapters.archives.targets import ChosenTargets
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.bootstrap.infrastructure import Infrastructure


def targets(base: Infrastructure, out: Path | None) -> ChosenTargets:
    """``out`` is the one folder that this process may fill."""
    room = base.settings.pixcrawler.home / "exports"
    return ChosenTargets(
        store=base.store,
        workspace=LocalWorkspace([] if out is None else [out]),
        rooms=LocalWorkspace([room]),
        room=room,
    )
