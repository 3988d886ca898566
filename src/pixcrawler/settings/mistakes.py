"""All that is wrong with the settings, told at once."""

from collections.abc import Sequence

from pixcrawler.domain.shared.errors import Invalid


class SettingsError(Invalid):
    """The program cannot start with these settings. ``mistakes`` holds one sentence each."""

    code = "SETTINGS_INVALID"

    def __init__(self, mistakes: Sequence[str]) -> None:
        count = "one mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = "\n".join(f"  - {mistake}" for mistake in mistakes)
        super().__init__(
            f"The settings have {count}:\n{lines}\n`pixcrawler config example` lists every setting."
        )
        self.mistakes = tuple(mistakes)
