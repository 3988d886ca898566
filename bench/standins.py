"""Pictures that stand in for one that is not there, of the kinds that hosts send. Seeded."""

from collections.abc import Callable

from PIL import Image, ImageDraw

from bench.canvas import Tone, one_of, write
from bench.retouch import Dice

SIZES = ((200, 200), (300, 200), (400, 300), (640, 480), (800, 600), (150, 150))
WORDS = (
    "Image not available",
    "No image",
    "NO PHOTO AVAILABLE",
    "This image is no longer here",
    "Image removed",
    "Coming soon",
    "Sorry, this picture could not be found",
    "Photo unavailable",
    "Preview not available",
    "Bild nicht verfügbar",
    "Kein Foto vorhanden",
    "Imagen no disponible",
    "Aucune image disponible",
    "Nessuna immagine",
    "Geen afbeelding",
)
TONES = (
    ((255, 255, 255), (0, 0, 0)),
    ((255, 255, 255), (200, 0, 0)),
    ((20, 20, 20), (235, 235, 235)),
    ((30, 70, 140), (255, 255, 255)),
    ((250, 245, 220), (60, 40, 20)),
)


def _page(dice: Dice) -> tuple[Image.Image, Tone]:
    """An empty page, and the ink that goes with it."""
    size = one_of(dice, SIZES)
    ground = int(dice.integers(200, 256))
    ink = int(dice.integers(60, 170))
    if dice.random() < 0.2:
        ground, ink = ink // 2, ground
    return Image.new("RGB", size, (ground,) * 3), (ink, ink, ink)


def _height(page: Image.Image, words: str, *, share: float = 1.5, most: float = 0.12) -> float:
    """Of letters that take about two thirds of this share of the page's width, as a share of its height."""
    return min(most, share * page.width / page.height / len(words))


def text(dice: Dice) -> Image.Image:
    """A sentence in the middle of a grey page."""
    page, ink = _page(dice)
    words = one_of(dice, WORDS)
    write(page, words, (0.5, 0.5), _height(page, words), ink)
    return page


def notice(dice: Dice) -> Image.Image:
    """A sentence anywhere on a page of two strong tones, and often the host's mark beside it."""
    ground, ink = one_of(dice, TONES)
    page = Image.new("RGB", one_of(dice, SIZES), ground)
    words = one_of(dice, WORDS)
    while words == "Coming soon":  # what two words on a bright page mean, nobody can tell
        words = one_of(dice, WORDS)
    write(page, words, (0.5, float(dice.choice([0.2, 0.5, 0.7]))), _height(page, words), ink)
    if dice.random() < 0.5:
        corner = (page.width * 0.9, page.height * 0.9)
        ImageDraw.Draw(page).circle(corner, 0.05 * min(page.size), fill=(230, 120, 0))
    return page


def size_box(dice: Dice) -> Image.Image:
    """What designers put where a picture will be."""
    page, ink = _page(dice)
    words = f"{page.width}{one_of(dice, (' x ', ' × ', 'x'))}{page.height}"
    write(page, words, (0.5, 0.5), float(dice.uniform(0.1, 0.18)), ink)
    return page


def crossed_box(dice: Dice) -> Image.Image:
    page, ink = _page(dice)
    w, h = page.size
    pen = ImageDraw.Draw(page)
    width = int(dice.integers(1, 4))
    pen.line((0, 0, w, h), fill=ink, width=width)
    pen.line((0, h, w, 0), fill=ink, width=width)
    pen.rectangle((0, 0, w - 1, h - 1), outline=ink, width=width)
    return page


def icon(dice: Dice) -> Image.Image:
    """A frame with hills and a sun: what galleries show while there is nothing."""
    page, ink = _page(dice)
    w, h = page.size
    pen = ImageDraw.Draw(page)
    s = min(w, h) * float(dice.uniform(0.15, 0.25))
    box = (w / 2 - s * 1.3, h / 2 - s, w / 2 + s * 1.3, h / 2 + s)
    pen.rounded_rectangle(box, radius=s / 6, outline=ink, width=max(2, round(s / 10)))
    pen.ellipse((w / 2 + s * 0.3, h / 2 - s * 0.6, w / 2 + s * 0.7, h / 2 - s * 0.2), fill=ink)
    hills = [(-1.1, 0.8), (-0.4, -0.3), (0.1, 0.4), (0.4, 0.1), (1.1, 0.8)]
    pen.polygon([(w / 2 + x * s, h / 2 + y * s) for x, y in hills], fill=ink)
    if dice.random() < 0.5:
        words = one_of(dice, WORDS)
        write(page, words, (0.5, 0.85), _height(page, words, share=1.3, most=0.08), ink)
    return page


def hotlink(dice: Dice) -> Image.Image:
    """A loud banner: the host does not want its pictures shown elsewhere."""
    w, h = one_of(dice, SIZES)
    ground = one_of(dice, ((255, 255, 255), (200, 20, 20), (255, 220, 0), (20, 20, 20)))
    ink = (200, 20, 20) if ground[0] == 255 else (255, 255, 255)
    page = Image.new("RGB", (w, h), ground)
    pen = ImageDraw.Draw(page)
    pen.rectangle((2, 2, w - 3, h - 3), outline=ink, width=max(2, w // 60))
    write(page, "HOTLINKING", (0.5, 0.38), min(0.14, 0.11 * w / h), ink)
    write(page, "NOT ALLOWED", (0.5, 0.6), min(0.14, 0.11 * w / h), ink)
    return page


def dot(dice: Dice) -> Image.Image:
    """The tracking pixel, blown up."""
    size = one_of(dice, SIZES)
    return Image.new("RGB", size, tuple(int(c) for c in dice.integers(0, 256, 3)))


def avatar(dice: Dice) -> Image.Image:
    """Head and shoulders without a face."""
    side = int(dice.choice([96, 128, 200, 256, 400]))
    big = Image.new("RGB", (side * 2, side * 2), tuple(int(c) for c in dice.integers(120, 230, 3)))
    pen, s = ImageDraw.Draw(big), side * 2
    ink = (255, 255, 255) if dice.random() < 0.6 else (90, 90, 95)
    pen.ellipse((s * 0.32, s * 0.18, s * 0.68, s * 0.54), fill=ink)
    pen.ellipse((s * 0.15, s * 0.62, s * 0.85, s * 1.3), fill=ink)
    return big.resize((side, side), Image.Resampling.LANCZOS)


def crossed(dice: Dice) -> Image.Image:
    """A camera, crossed out."""
    page, ink = _page(dice)
    w, h = page.size
    pen = ImageDraw.Draw(page)
    s = min(w, h) * 0.2
    pen.rounded_rectangle((w / 2 - s, h / 2 - s * 0.6, w / 2 + s, h / 2 + s * 0.7), radius=s / 6, fill=ink)
    ground = page.getpixel((0, 0))
    pen.ellipse((w / 2 - s * 0.4, h / 2 - s * 0.35, w / 2 + s * 0.4, h / 2 + s * 0.45), fill=ground)
    pen.line((w / 2 - s * 1.2, h / 2 + s, w / 2 + s * 1.2, h / 2 - s), fill=ink, width=max(3, round(s / 8)))
    return page


STANDINS: dict[str, Callable[[Dice], Image.Image]] = {
    "text": text,
    "notice": notice,
    "size box": size_box,
    "crossed box": crossed_box,
    "icon": icon,
    "hotlink": hotlink,
    "dot": dot,
    "avatar": avatar,
    "crossed camera": crossed,
}
