"""Settings of the strict look: which scores still pass."""

from typing import Annotated, ClassVar

from msgspec import Struct

from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS
from pixcrawler.settings.setting import about


class ValidationSettings(Struct, frozen=True, kw_only=True):
    """What `--validation strict` refuses: the highest scores that pass, 0 to 1; at 1 everything does. A job
    keeps what was set when it was made; docs/explanation/looking.md has the formulas."""

    env_prefix: ClassVar[str] = "VALIDATION_"

    blur: Annotated[
        float,
        about(
            "How soft the sharpest edges may be: 0.76 is about four pixels wide.", example="0.7", ge=0, le=1
        ),
    ] = DEFAULT_THRESHOLDS.blur
    dark: Annotated[
        float, about("How far from white the brightest pixels may stay.", example="0.8", ge=0, le=1)
    ] = DEFAULT_THRESHOLDS.dark
    bright: Annotated[float, about("How bright the darkest pixels may be.", example="0.95", ge=0, le=1)] = (
        DEFAULT_THRESHOLDS.bright
    )
    low_information: Annotated[
        float, about("How little may stir in the picture.", example="0.9", ge=0, le=1)
    ] = DEFAULT_THRESHOLDS.low_information
    odd_aspect: Annotated[
        float,
        about("How long it may be: 0.67 is three times as long as wide.", example="0.8", ge=0, le=1),
    ] = DEFAULT_THRESHOLDS.odd_aspect
    placeholder: Annotated[
        float,
        about(
            "How sure it may be that it only says “image not available”; 0.5 refuses grey drawings, too.",
            example="0.5",
            ge=0,
            le=1,
        ),
    ] = DEFAULT_THRESHOLDS.placeholder
