"""Pure: what becomes of a text when words, or whole texts, are struck out wherever they stand."""

from collections.abc import Iterable

from tracker.core import personal
from tracker.core.erasing import ERASED, STRUCK, Change

LONG_ENOUGH = 8  # a shorter text inside another one may stand there by chance


def words(struck: str) -> Change:
    """Each place of these words is covered."""
    cover = STRUCK[: len(struck)]
    return lambda text: text.replace(struck, cover)


def texts(said: Iterable[str]) -> Change:
    """A text that says one of these is erased; one that holds it loses that part.

    Frozen copies may have letters in the place of persons: both ways are looked for.
    """
    known = {text for text in said if text and text != ERASED}
    known |= {personal.letter(text) for text in known}
    inside = sorted((text for text in known if len(text) >= LONG_ENOUGH), key=len, reverse=True)

    def change(text: str) -> str:
        if text in known:
            return ERASED
        for one in inside:
            text = text.replace(one, ERASED)
        return text

    return change
