"""A small WordNet, written as wndb(5WN) describes it."""

from pathlib import Path

LICENCE = "".join(f"  {n} This is a licence line of 1995.  \n" for n in range(1, 4))
Meanings = dict[str, tuple[list[str], list[str], str]]


def write_wordnet(directory: Path, meanings: Meanings, senses: dict[str, list[str]] | None = None) -> Path:
    """``meanings``: name → (words, names of its kinds, gloss). ``senses``: word → names, most frequent
    first, where a word has several."""
    directory.mkdir(parents=True, exist_ok=True)
    offsets: dict[str, int] = dict.fromkeys(meanings, 0)
    data = ""
    for _ in range(2):  # the first round learns how long lines are
        data = LICENCE
        for name, (words, kinds, gloss) in meanings.items():
            offsets[name] = len(data.encode())
            pointers = "".join(f"~ {offsets[kind]:08d} n 0000 " for kind in kinds)
            named = " ".join(f"{word} 0" for word in words)
            data += (
                f"{offsets[name]:08d} 05 n {len(words):02x} {named} {len(kinds):03d} {pointers}| {gloss}  \n"
            )
    (directory / "data.noun").write_text(data)
    of_word: dict[str, list[str]] = {}
    for name, (words, _, _) in meanings.items():
        for word in words:
            of_word.setdefault(word.lower(), []).append(name)
    of_word |= senses or {}
    lines = [
        f"{word} n {len(names)} 1 ~ {len(names)} 1 {' '.join(f'{offsets[n]:08d}' for n in names)}  \n"
        for word, names in sorted(of_word.items(), key=lambda item: item[0].encode())
    ]
    (directory / "index.noun").write_text(LICENCE + "".join(lines))
    (directory / "noun.exc").write_text("geese goose\nmice mouse\n")
    return directory


ANIMALS: Meanings = {
    "bird crane": (["crane"], ["whooper"], 'large long-necked wading bird; "it stood"'),
    "machine": (["crane", "derrick"], [], "lifts and moves heavy objects"),
    "whooper": (["whooping_crane", "whooper"], [], "rare North American crane"),
    "dog": (["dog", "domestic_dog", "Canis_familiaris"], ["pup", "hound"], "a member of the genus Canis"),
    "pup": (["puppy"], [], "a young dog"),
    "hound": (["hound", "hound_dog"], ["beagle"], "any of several breeds"),
    "beagle": (["beagle"], [], "a small hound"),
    "goose": (["goose"], [], "web-footed bird"),
}
