"""What a picture shows at a glance, for jobs that ask for a colour or for transparency."""

import msgspec

from pixcrawler.domain.shared.reasons import Reason

COLORS = (
    "color", "monochrome", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "white",
    "gray", "black", "brown",
)  # fmt: skip
"""Every name that an appearance can have."""


class Appearance(msgspec.Struct, frozen=True):
    """``colors`` holds ``color`` or ``monochrome``, and the name of each colour that at least a fifth of the
    visible pixels have. ``transparent``: at least a hundredth of the pixels can be seen through."""

    colors: frozenset[str]
    transparent: bool


class Look(msgspec.Struct, frozen=True):
    """How a job wants its pictures to look; what is None or False does not matter to it."""

    color: str | None = None
    transparent: bool = False
    animated: bool = False

    @property
    def wants_a_glance(self) -> bool:
        """Whether the facts alone do not tell."""
        return self.color is not None or self.transparent


def judge_frames(frames: int, wanted: Look) -> Reason | None:
    """The reason to reject a picture of so many frames, or None."""
    return Reason.WRONG_IMAGE_TYPE if wanted.animated and frames < 2 else None


def judge_appearance(appearance: Appearance, wanted: Look) -> Reason | None:
    """The reason to reject, or None for a picture that looks as it was asked for."""
    if wanted.transparent and not appearance.transparent:
        return Reason.WRONG_IMAGE_TYPE
    if wanted.color is not None and wanted.color not in appearance.colors:
        return Reason.WRONG_COLOR
    return None
