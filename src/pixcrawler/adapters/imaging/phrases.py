"""What pictures say that stand in for others: "no image", "photo coming soon", "Bild nicht verfügbar".

Words of ten languages, each with the part that it plays, and the orders in which those parts make such a
sentence. ``scripts/marks.py`` draws each word: after a change here it has to be run again.
"""

import re
from collections.abc import Sequence

OTHER = "."

PARTS = {
    "s": "image images photo photos picture preview thumbnail bild bilder foto vorschau imagen fotografía "
    "d'image immagine fotografia imagem afbeelding zdjęcie zdjęcia obrazu изображение изображения фото",
    "n": "no not never do isn't stop kein keine nicht sin aucune pas non nessuna nessun não sem geen niet "
    "brak нет ingen ej",
    "v": "available found exist exists allowed longer permitted verfügbar vorhanden gefunden disponible "
    "encontrada trouvée disponibile trovata disponível beschikbaar gevonden dostępne tillgänglig",
    "u": "unavailable missing removed deleted disabled indisponible introuvable indisponível indisponibile "
    "отсутствует недоступно saknas fehlt",
    "c": "coming",
    "o": "soon",
    "h": "hotlink hotlinking hotlinks hotlinked",
    "b": "placeholder",
    OTHER: "this the is are and for with has been could be currently here your you from sorry archive "
    "photography photographer imaging imagine pictures processing production publishing international "
    "association department exhibition collection university restaurant introduction independent gallery "
    "studio",
}
"""Subject; not; what is missing after a not; missing by itself; coming, soon; hotlinking; placeholder. Last
come words that are none of these, for what looks like one of the others and is more like one of them."""

ROLES = {word: part for part, words in PARTS.items() for word in words.split()}

SENTENCES = tuple(
    re.compile(form)
    for form in (
        "nsv",
        "ns.v",
        "ns",
        "s.{0,3}n.{0,2}v",
        "s.{0,4}u",
        "us",
        "s.?co",
        "hnv",
        "hn",
        "n.{0,2}h",
        "h.{0,4}nv",
        "h.{0,3}u",
        "h",
        "bs",
        "b",
    )
)
"""Say of a picture that it is not there, or that it may not be linked to."""

HINTS = tuple(re.compile(form) for form in ("nv", "co"))
"""May say so: "not available", "coming soon"."""

MOST_WORDS = 16
"""Who has more to say says something else."""

LEAST = 0.6
SURE = {1: (0.72, 0.72), 2: (0.68, 0.74)}
SURE_OF_MORE = (LEAST, 0.7)
"""For so many words: how much each must resemble what it is taken for, and all on the average; at most 1."""

Words = Sequence[tuple[str, float]]
"""In reading order: what each resembles most, and how much."""


def says_so(words: Words, ease: float = 0.0) -> bool:
    """Whether there is a whole sentence among them. Ease is taken off what makes sure."""
    return _has(words, SENTENCES, ease)


def hints_at_it(words: Words) -> bool:
    return _has(words, HINTS, 0.0)


def _has(words: Words, forms: tuple[re.Pattern[str], ...], ease: float) -> bool:
    if len(words) > MOST_WORDS:
        return False
    parts = "".join(ROLES[word] if alike >= LEAST - ease else OTHER for word, alike in words)
    found = (form.match(parts, start) for form in forms for start in range(len(parts)))
    return any(match and _is_sure(words[match.start() : match.end()], ease) for match in found)


def _is_sure(words: Words, ease: float) -> bool:
    read = [alike for word, alike in words if alike >= LEAST - ease and ROLES[word] != OTHER]
    least, average = SURE.get(len(read), SURE_OF_MORE)
    return min(read) >= least - ease and sum(read) >= (average - ease) * len(read)
