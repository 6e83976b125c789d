"""What we say of each requirement of OWASP ASVS 5.0, level 1: met and where, why not, or open.

Numbers are the standard's; the words are ours. Source: OWASP Application Security Verification
Standard 5.0, https://owasp.org/www-project-application-security-verification-standard/.
"""

import csv
import enum
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.core.i18n import in_english

DATA = Path(__file__).parent / "data" / "asvs.csv"


class State(enum.StrEnum):
    """How we stand to a requirement."""

    MET = "met"
    NOT_APPLICABLE = "n/a"
    OPEN = "open"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return STATE_LABELS[self]


STATE_LABELS: dict[State, LazyString] = {
    State.MET: _l("Met"),
    State.NOT_APPLICABLE: _l("Does not apply"),
    State.OPEN: _l("Not yet"),
}

CHAPTERS: dict[int, LazyString] = {
    1: _l("V1 Encoding and injection"),
    2: _l("V2 Checks and order of steps"),
    3: _l("V3 The browser"),
    4: _l("V4 Services for machines"),
    5: _l("V5 Files"),
    6: _l("V6 Signing in"),
    7: _l("V7 Sessions"),
    8: _l("V8 Who may do what"),
    9: _l("V9 Tokens that carry facts"),
    10: _l("V10 Single sign-on"),
    11: _l("V11 Cryptography"),
    12: _l("V12 Transport"),
    13: _l("V13 Set-up"),
    14: _l("V14 Protection of data"),
    15: _l("V15 Ways of building"),
}


@dataclass(frozen=True)
class Line:
    """One requirement."""

    number: str
    state: State
    en: str
    ja: str
    where: str = ""  # the file or the test that shows it

    @property
    def chapter(self) -> int:
        """The first part of its number."""
        return int(self.number.partition(".")[0])

    @property
    def text(self) -> str:
        """Where it is met, why it does not apply, or what is missing; for the reader."""
        return self.en if in_english() else self.ja


@dataclass(frozen=True)
class Chapter:
    """Requirements of one chapter, by number."""

    name: str
    lines: list[Line]


@cache
def lines() -> tuple[Line, ...]:
    """Every requirement, in the standard's order."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Line(row["number"], State(row["state"]), row["en"], row["ja"], row["where"]) for row in rows
    )


def chapters() -> list[Chapter]:
    """Chapter by chapter, for the page."""
    grouped = groupby(lines(), key=lambda line: line.chapter)
    return [Chapter(str(CHAPTERS[number]), list(found)) for number, found in grouped]
