"""The packets between parent, zygote and children: fixed sizes, no pickle, nothing taken on trust."""

import struct
from typing import NamedTuple

from pixcrawler.adapters.imaging.outline import LONGEST_SIDE, MOST_PIXELS, MOST_PIXELS_OF_ALL_FRAMES
from pixcrawler.adapters.imaging.refusal import EVIDENCE_BYTES, Refused
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.imaging.appearance import COLORS, Appearance
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.imaging.quality import MEASURED, Scores
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

BATCH = 8
"""Files in one request at most."""

PIECE = 64 * 1024
"""Bytes of a thumbnail in one packet at most."""

LARGEST_THUMBNAIL = 8 << 20
LARGEST_SIDE = 1024
LARGEST_CONVERTED = 256 << 20

HELLO = struct.Struct("<4sI")  # greeting, process id
GREETING = b"PXC1"
ORDER = struct.Struct("<II")  # to the zygote: what to do, process id
FORK, KILL = 1, 2
REQUEST = struct.Struct("<IHI")  # number, what to do, side of the thumbnail or what to convert to
NUMBERS = 1 << 32
INSPECT, THUMBNAIL, INSPECT_BASIC, INSPECT_STRICT, GLANCE, CONVERT = 1, 2, 3, 4, 5, 6
ACTS = {
    Validation.BASIC: INSPECT_BASIC,
    Validation.STANDARD: INSPECT,
    Validation.STRICT: INSPECT_STRICT,
}
LEVELS = {act: level for level, act in ACTS.items()}
ANSWER = struct.Struct(f"<IBBBB6sIIIQQ{EVIDENCE_BYTES}s")
SCORES = struct.Struct(f"<{len(MEASURED)}H")  # behind the facts of a strict look, in ten-thousandths
WHOLE = 10_000
LARGEST_ANSWER = ANSWER.size + SCORES.size + 1  # room to see that a packet is too long
FACTS, REFUSED, PICTURE, SEEN, CONVERTED = 1, 2, 3, 4, 5

FORMATS = tuple(Format)
REASONS = (
    Reason.NOT_AN_IMAGE,
    Reason.UNSUPPORTED_FORMAT,
    Reason.TRUNCATED,
    Reason.CORRUPT,
    Reason.TOO_MANY_PIXELS,
    Reason.DECODE_LIMIT,
    Reason.BODY_TOO_LARGE,
)
MODES = frozenset({"1", "L", "P", "RGB", "RGBA", "RGBX", "RGBa", "LA", "La", "PA", "CMYK", "YCbCr", "HSV"})
MODES |= {"LAB", "I", "F", "I;16", "I;16L", "I;16B", "I;16N"}


class Picture(NamedTuple):
    """A picture of this many bytes follows, in packets of at most PIECE bytes. What it is, if it is no
    thumbnail: its format and its sides in pixels."""

    length: int
    form: Format | None = None
    width: int = 0
    height: int = 0


class Senseless(Exception):
    """A child said something that no child of ours says. It may no longer be ours."""


def pack_facts(number: int, facts: Facts) -> bytes:
    """The answer for a picture that could be read, with its scores where there are some."""
    packed = _pack_facts(number, facts)
    return packed if facts.scores is None else packed + _pack_scores(facts.scores)


def _pack_scores(scores: Scores) -> bytes:
    return SCORES.pack(*(round(getattr(scores, name) * WHOLE) for name in MEASURED))


def _pack_facts(number: int, facts: Facts) -> bytes:
    return ANSWER.pack(
        number,
        FACTS,
        FORMATS.index(facts.format),
        facts.orientation,
        facts.detail,
        facts.mode.encode(),
        facts.width,
        facts.height,
        facts.frames,
        facts.phash,
        facts.dhash,
        b"",
    )


def pack_refusal(number: int, refused: Refused) -> bytes:
    """The answer for a file that is not taken."""
    reason = REASONS.index(refused.reason)
    return ANSWER.pack(number, REFUSED, reason, 0, 0, b"", 0, 0, 0, 0, 0, refused.evidence.encode())


def pack_picture(number: int, length: int) -> bytes:
    """The answer before the packets of a thumbnail."""
    return ANSWER.pack(number, PICTURE, 0, 0, 0, b"", length, 0, 0, 0, 0, b"")


def pack_converted(number: int, length: int, form: Format, size: tuple[int, int]) -> bytes:
    """The answer before the packets of a converted picture."""
    code = FORMATS.index(form)
    return ANSWER.pack(number, CONVERTED, code, 0, 0, b"", *size, 0, length, 0, b"")


def pack_appearance(number: int, seen: Appearance) -> bytes:
    """The answer to a glance: a bit for each colour."""
    bits = sum(1 << place for place, name in enumerate(COLORS) if name in seen.colors)
    return ANSWER.pack(number, SEEN, seen.transparent, 0, 0, b"", bits, 0, 0, 0, 0, b"")


def read_hello(packet: bytes) -> int:
    """The process id of a child that is ready. Raise Senseless for anything else."""
    if len(packet) != HELLO.size or not packet.startswith(GREETING):
        raise Senseless("no greeting")
    pid: int = HELLO.unpack(packet)[1]
    return pid


def read_answer(packet: bytes, act: int = INSPECT) -> tuple[int, Facts | Appearance | Unreadable | Picture]:
    """Number and content of an answer to this act. Raise Senseless unless all of it lies in range."""
    scores = None
    if act == INSPECT_STRICT and len(packet) == ANSWER.size + SCORES.size:
        packet, scores = packet[: ANSWER.size], _scores(packet[ANSWER.size :])
    try:
        number, kind, code, orientation, detail, mode, width, height, frames, phash, dhash, text = (
            ANSWER.unpack(packet)
        )
        match kind:
            case _ if kind == FACTS:
                name = mode.rstrip(b"\0").decode("ascii")
                facts = Facts(
                    FORMATS[code], width, height, frames, name, orientation, phash, dhash, detail,
                    LEVELS[act], scores,
                )  # fmt: skip
                return number, _sensible(facts)
            case _ if kind == REFUSED:
                return number, Unreadable(REASONS[code], _evidence(text))
            case _ if kind == PICTURE and 0 < width <= LARGEST_THUMBNAIL:
                return number, Picture(width)
            case _ if kind == SEEN:
                return number, _appearance(code, width)
            case _ if kind == CONVERTED and 0 < phash <= LARGEST_CONVERTED:
                return number, _converted(phash, FORMATS[code], width, height)
    except (struct.error, LookupError, UnicodeDecodeError) as error:
        raise Senseless(str(error)) from None
    raise Senseless(f"answer of kind {kind}")


def _converted(length: int, form: Format, width: int, height: int) -> Picture:
    if not (1 <= width <= LONGEST_SIDE and 1 <= height <= LONGEST_SIDE and width * height <= MOST_PIXELS):
        raise Senseless("a converted picture out of range")
    return Picture(length, form, width, height)


def _appearance(transparent: int, bits: int) -> Appearance:
    if transparent > 1 or bits >= 1 << len(COLORS):
        raise Senseless("an appearance out of range")
    names = frozenset(name for place, name in enumerate(COLORS) if bits >> place & 1)
    return Appearance(names, bool(transparent))


def _sensible(facts: Facts) -> Facts:
    within = (
        1 <= facts.width <= LONGEST_SIDE
        and 1 <= facts.height <= LONGEST_SIDE
        and facts.width * facts.height <= MOST_PIXELS
        and 1 <= facts.frames <= MOST_PIXELS_OF_ALL_FRAMES
        and 1 <= facts.orientation <= 8
        and facts.mode in MODES
        and (facts.scores is None) == (facts.validation is not Validation.STRICT)
    )
    if not within:
        raise Senseless(f"facts out of range: {facts}"[:EVIDENCE_BYTES])
    return facts


def _scores(packed: bytes) -> Scores:
    numbers = SCORES.unpack(packed)
    if max(numbers) > WHOLE:
        raise Senseless("scores above 1")
    return Scores(**dict(zip(MEASURED, (number / WHOLE for number in numbers), strict=True)))


def _evidence(text: bytes) -> str:
    line = text.rstrip(b"\0").decode("ascii")
    if not line.isprintable():
        raise Senseless("evidence that is not one printable line")
    return line
