"""What may be found in a text, and how hard the gate closes on it."""

import enum
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MASK = "●●●"


class Kind(enum.StrEnum):
    """What a marked stretch seems to be."""

    MY_NUMBER = "my_number"
    INSURED = "insured"
    PENSION = "pension"
    LICENCE = "licence"
    CARD = "card"
    BANK = "bank"
    PHONE = "phone"
    POSTAL = "postal"
    MAIL = "mail"
    ADDRESS = "address"
    BIRTH = "birth"
    NAME = "name"


KIND_LABELS = {
    Kind.MY_NUMBER: _l("may be an individual number (My Number)"),
    Kind.INSURED: _l("may be the number of an insured person"),
    Kind.PENSION: _l("may be a pension number"),
    Kind.LICENCE: _l("may be the number of a driving licence"),
    Kind.CARD: _l("may be the number of a card"),
    Kind.BANK: _l("may be the number of a bank account"),
    Kind.PHONE: _l("may be a telephone number"),
    Kind.POSTAL: _l("may be a postal code"),
    Kind.MAIL: _l("may be a mail address"),
    Kind.ADDRESS: _l("may be an address"),
    Kind.BIRTH: _l("may be a date of birth"),
    Kind.NAME: _l("may be a person's name"),
}


class Level(enum.StrEnum):
    """BLOCK: never stored. WARN: the person may say it is harmless."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True)
class Span:
    """A stretch of the text as typed, from `start` up to and without `end`."""

    start: int
    end: int
    kind: Kind
    level: Level

    @property
    def reason(self) -> LazyString:
        """Why it is marked, in the reader's language."""
        return KIND_LABELS[self.kind]


class Piece(NamedTuple):
    """A stretch of a text, and the span it is; None for the words between."""

    text: str
    span: Span | None


class Found(NamedTuple):
    """A stretch of the plain view, before it is brought back to the text as typed."""

    start: int
    end: int
    kind: Kind
    level: Level = Level.WARN
