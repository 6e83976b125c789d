"""The lists of words the rules for names go by: `words.txt` by section, `surnames.txt` by line."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def _sections() -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    for line in (_FOLDER / "words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = words = []
        elif not line.startswith("#"):
            words.extend(line.split())
    return {name: frozenset(words) for name, words in found.items()}


WORDS = _sections()
VARIANTS = str.maketrans({pair[0]: pair[1] for pair in WORDS["variants"]})


def one_form(name: str) -> str:
    """The name with one form for every way to write 髙橋 or 渡邊; as long as before."""
    return name.translate(VARIANTS)


# Each line: a surname and its readings.
_LINES = [
    line.split() for line in (_FOLDER / "surnames.txt").read_text("utf-8").splitlines() if line
]
SURNAMES = frozenset(one_form(line[0]) for line in _LINES)
SURNAME_READINGS = frozenset(reading for line in _LINES for reading in line[1:])
