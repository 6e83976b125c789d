"""The parts of what an issue says, beside its title and its free words."""

import enum
from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText

TITLE_LENGTH = 80
STATEMENT_LENGTH = 1200
PART_LENGTH = 400
LINE_LENGTH = 200


class IssueLevel(enum.StrEnum):
    """Where a need is to be met, or where an issue is being dealt with; the widest last."""

    INDIVIDUAL = "individual"
    AREA = "area"
    MUNICIPALITY = "municipality"
    PREFECTURE = "prefecture"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return ISSUE_LEVEL_LABELS[self]

    @property
    def above(self) -> "IssueLevel":
        """The next wider level; nothing stands above the prefecture here."""
        order = list(IssueLevel)
        return order[min(order.index(self) + 1, len(order) - 1)]

    def is_wider_than(self, other: "IssueLevel") -> bool:
        """Does it take in more people than the other?"""
        order = list(IssueLevel)
        return order.index(self) > order.index(other)


ISSUE_LEVEL_LABELS: dict[IssueLevel, LazyString] = {
    IssueLevel.INDIVIDUAL: _l("Single person"),
    IssueLevel.AREA: _l("Area"),
    IssueLevel.MUNICIPALITY: _l("Municipality"),
    IssueLevel.PREFECTURE: _l("Prefecture"),
}


class Solver(enum.StrEnum):
    """Who could meet the need: people themselves, each other, or public bodies."""

    SELF = "self"
    MUTUAL = "mutual"
    PUBLIC = "public"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return SOLVER_LABELS[self]


SOLVER_LABELS: dict[Solver, LazyString] = {
    Solver.SELF: _l("People themselves"),
    Solver.MUTUAL: _l("People together"),
    Solver.PUBLIC: _l("Public bodies"),
}


class Stated:
    """Columns of a statement: an issue as it is now, and each of its versions."""

    title: Mapped[str] = mapped_column(FreeText(TITLE_LENGTH))
    statement: Mapped[str] = mapped_column(FreeText(STATEMENT_LENGTH))
    for_whom: Mapped[str] = mapped_column(FreeText(LINE_LENGTH), default="")
    need: Mapped[str] = mapped_column(FreeText(PART_LENGTH), default="")
    existing: Mapped[str] = mapped_column(FreeText(PART_LENGTH), default="")  # what there is
    gap: Mapped[str | None] = mapped_column(sa.String(20))  # list gap; None: not said
    cause: Mapped[str] = mapped_column(FreeText(PART_LENGTH), default="")  # as it is supposed
    effect: Mapped[str] = mapped_column(FreeText(PART_LENGTH), default="")  # on care managers
    level: Mapped[IssueLevel | None]  # where it is to be met; None: not said
    solver: Mapped[Solver | None]
    question: Mapped[str] = mapped_column(FreeText(LINE_LENGTH), default="")  # to a meeting


REQUIRED = ("title", "statement")
PARTS = ("for_whom", "need", "existing", "cause", "effect", "question")
TEXTS = (*REQUIRED, *PARTS)
CODES = ("gap", "level", "solver")
# In the order in which a reader wants them.
_PARTS_IN_ORDER = ("for_whom", "need", "existing", "gap", "cause", "effect")
ORDER = (*REQUIRED, *_PARTS_IN_ORDER, "level", "solver", "question")

LABELS: dict[str, LazyString] = {
    "title": _l("Title"),
    "statement": _l("Statement"),
    "for_whom": _l("For whom"),
    "need": _l("What is needed"),
    "existing": _l("What there is today"),
    "gap": _l("Why it does not reach"),
    "cause": _l("Supposed cause"),
    "effect": _l("What it does to care managers"),
    "level": _l("Where it should be met"),
    "solver": _l("Who could meet it"),
    "question": _l("Proposed question to the meeting"),
}


def in_words(parts: Mapping[str, str], gaps: Mapping[str, str]) -> list[tuple[str, str]]:
    """Parts of a statement as (label, words), in their order; what is not said is left out.

    :param parts: texts, and codes as codes, by field
    :param gaps: words by code of the list gap; a code it does not hold stands as it is
    """
    words = {
        "gap": gaps,
        "level": {level.value: str(level.label) for level in IssueLevel},
        "solver": {solver.value: str(solver.label) for solver in Solver},
    }
    return [
        (str(LABELS[name]), words.get(name, {}).get(parts[name], parts[name]))
        for name in ORDER
        if parts.get(name)
    ]
