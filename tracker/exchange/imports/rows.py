"""From cells to answers: pure, one row at a time, every cell that cannot be read is named."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.cases import filing
from tracker.cases.filing import CaseDraft
from tracker.cases.models import LATEST_MONTHS, MUNICIPALITY
from tracker.cases.ticks import Ticks
from tracker.core import personal, pseudonym, text, wareki
from tracker.exchange.imports import hiding
from tracker.exchange.imports.columns import (
    BY_FIELD,
    COLUMNS,
    IDENTIFYING,
    KEYS,
    REQUIRED,
    Column,
    ColumnKind,
)
from tracker.exchange.imports.reasons import Fault, Reason

ONCE = 1  # times, where nothing is said
_NUMBER = re.compile(r"([0-9]{1,9})(?:\.0+)?\s*(?:回|分|件)?")
_BETWEEN = re.compile(r"[、，,;；／/\n・]")
_BLANKS: dict[ColumnKind, Any] = {
    ColumnKind.FREE_TEXT: "",
    ColumnKind.WORDS: "",
    ColumnKind.CODES: [],
}
# What a case says where the file has no column for it.
BLANK: dict[str, Any] = {
    column.field: _BLANKS.get(column.kind)
    for column in COLUMNS
    if column.field not in KEYS and not column.required
} | {"times_handled": ONCE}


@dataclass(frozen=True)
class Matching:
    """Which column holds what, and what is taken for all rows where nothing is said."""

    columns: Mapping[str, int]  # field → place of its column
    defaults: Mapping[str, str] = field(default_factory=dict)  # field → code
    letters: bool = False  # marked words are replaced by A, B, C

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Matching":
        """As it was stored; {} for a file that was only matched by its headings."""
        return cls(kept.get("columns", {}), kept.get("defaults", {}), kept.get("letters", False))

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "columns": dict(self.columns),
            "defaults": dict(self.defaults),
            "letters": self.letters,
        }

    def missing(self) -> list[Column]:
        """Columns without which no row can be taken in."""
        given = {*self.columns, *(name for name, code in self.defaults.items() if code)}
        return [column for column in REQUIRED if column.field not in given]


@dataclass(frozen=True)
class Lists:
    """What may stand in the coded columns, each answer under every name it has, folded."""

    codes: Mapping[str, Mapping[str, str]]  # field → name or code → code
    areas: Mapping[str, int | None]  # None: several are called so
    towns: Mapping[int, int]  # area → municipality
    act_types: Mapping[str, str]
    today: date


@dataclass
class Answers:
    """What a row says; kept as JSON between looking and taking in."""

    said: dict[str, Any] = field(default_factory=dict)  # of the mapped columns
    key: str | None = None  # which row of the office's list it is
    number: str | None = None  # of a case of ours
    client_key: str | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Answers":
        """As they were stored."""
        return cls(**kept)

    def whole(self, matching: Matching) -> dict[str, Any]:
        """What a new case says: the answers for all rows and blanks where the row says nothing."""
        return settled({**BLANK, **filled(matching), **self.said})


def filled(matching: Matching) -> dict[str, Any]:
    """The answers given for all rows, in the shape of what a row says."""
    return {
        name: int(code) if BY_FIELD[name].kind is ColumnKind.AREA else code
        for name, code in matching.defaults.items()
        if code
    }


def settled(values: dict[str, Any]) -> dict[str, Any]:
    """Without what only makes sense beside another answer, as the filing page leaves it out."""
    if values.get("requester") != MUNICIPALITY:
        values |= {"department": "", "bodies_agreed": None}
    if not values.get("work_class"):
        values |= {"work_class_reason": ""}
    return values


def draft_of(values: Mapping[str, Any]) -> CaseDraft:
    """The same as the filing page would hand over."""
    said = {name: value for name, value in values.items() if name != "household"}
    said["occurred_month"] = date.fromisoformat(values["occurred_month"])
    return CaseDraft(**said, ticks=Ticks(household=frozenset(values["household"])))


class _BadCellError(ValueError):
    def __init__(self, reason: Reason, **detail: Any) -> None:
        super().__init__(reason.value)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Looked:
    """One row after reading: the answers, what is wrong, and the cells that stay."""

    answers: Answers
    faults: list[Fault]
    cells: list[str]


class Reader:
    """Reads rows of one file; the same cell is looked up once."""

    def __init__(self, organisation_id: int, matching: Matching, lists: Lists) -> None:
        self._office, self._matching, self._lists = organisation_id, matching, lists
        self._defaults = filled(matching)
        self._known: dict[tuple[str, str], Any] = {}
        self._ways: dict[ColumnKind, Callable[[Column, str], Any]] = {
            ColumnKind.MONTH: self._month,
            ColumnKind.AREA: self._area,
            ColumnKind.ACT_TYPE: self._act_type,
            ColumnKind.CODE: self._code,
            ColumnKind.WORK_CLASS: self._code,
            ColumnKind.CODES: self._codes,
            ColumnKind.WHOLE_NUMBER: self._whole_number,
            ColumnKind.NUMBER_OF_CASE: self._number_of_case,
        }

    def read(self, cells: Sequence[str], hidden: Sequence[int], marked: Sequence[int]) -> Looked:
        """What the row says. Columns that are not mapped and own references are not kept.

        :param hidden: places of cells in which something forbidden was hidden
        :param marked: places of cells that may tell who a person is
        """
        answers, faults = Answers(), []
        kept = [""] * len(cells)
        for name, place in self._matching.columns.items():
            column = BY_FIELD[name]
            cell = cells[place] if place < len(cells) else ""
            if place in marked and self._matching.letters and column.kind is ColumnKind.FREE_TEXT:
                cell = personal.letter(cell)
            if name != "office_ref" and place < len(cells):
                kept[place] = cell
            try:
                if place in hidden:
                    raise _BadCellError(Reason.FORBIDDEN)
                self._take(answers, column, cell, marked=place in marked)
            except _BadCellError as error:
                faults.append(Fault(name, error.reason, error.detail))
        faults += self._together(answers.said)
        if answers.key is None:
            answers.key = self._content_key(answers.whole(self._matching), faults)
        return Looked(answers, faults, kept)

    def _take(self, answers: Answers, column: Column, cell: str, *, marked: bool) -> None:
        match column.field:
            case "row_id":
                key = text.fold(self._words(column, cell))
                answers.key = pseudonym.keyed("row", self._office, key) if key else None
            case "office_ref":
                reference = self._words(column, cell)
                answers.client_key = filing.client_key(self._office, reference)
            case "number":
                answers.number = self._value(column, cell) or None
            case _:
                answers.said[column.field] = self._value(column, cell, marked=marked)

    def _value(self, column: Column, cell: str, *, marked: bool = False) -> Any:
        if column.kind in {ColumnKind.FREE_TEXT, ColumnKind.WORDS}:
            return self._text(column, cell, marked=marked)
        key = column.field, cell
        if key not in self._known:
            self._known[key] = self._answer(column, cell)
        found = self._known[key]
        if isinstance(found, _BadCellError):
            raise _BadCellError(found.reason, **found.detail)
        return list(found) if isinstance(found, list) else found

    def _answer(self, column: Column, cell: str) -> Any:
        if not cell.strip():
            if column.field in self._defaults:
                return self._defaults[column.field]
            return _BadCellError(Reason.EMPTY) if column.required else BLANK.get(column.field)
        try:
            return self._ways[column.kind](column, cell)
        except _BadCellError as error:
            return error

    def _words(self, column: Column, cell: str) -> str:
        try:
            words = text.clean(cell)
        except text.ControlCharacterError as error:
            raise _BadCellError(Reason.UNREADABLE) from error
        if len(words) > column.most:
            raise _BadCellError(Reason.TOO_LONG, most=column.most)
        return words

    def _text(self, column: Column, cell: str, *, marked: bool) -> str:
        words = self._words(column, cell)
        if column.required and not words:
            raise _BadCellError(Reason.EMPTY)
        harmless = not marked or (self._matching.letters and hiding.is_harmless(words))
        if column.kind is ColumnKind.FREE_TEXT and not harmless:
            raise _BadCellError(Reason.TELLS_WHO)
        return words

    def _month(self, _column: Column, cell: str) -> str:
        today = self._lists.today
        try:
            month = wareki.parse_month(cell, today=today)
        except wareki.DateError as error:
            try:
                month = wareki.parse_date(cell, today=today).replace(day=1)
            except wareki.DateError:
                raise _BadCellError(Reason.NO_MONTH) from error
        if late := month_fault(month, today):
            raise _BadCellError(late)
        return month.isoformat()

    def _area(self, _column: Column, cell: str) -> int:
        areas, key = self._lists.areas, text.fold(cell)
        if key not in areas:
            raise _BadCellError(Reason.NOT_SERVED)
        found = areas[key]
        if found is None:
            raise _BadCellError(Reason.SEVERAL)
        return found

    def _act_type(self, _column: Column, cell: str) -> str:
        found = _looked_up(self._lists.act_types, cell)
        if found is None:
            raise _BadCellError(Reason.NO_TYPE)
        return found

    def _code(self, column: Column, cell: str) -> str:
        found = _looked_up(self._lists.codes[column.field], cell)
        if found is None:
            raise _BadCellError(Reason.UNKNOWN)
        return found

    def _codes(self, column: Column, cell: str) -> list[str]:
        return sorted({self._code(column, part) for part in _BETWEEN.split(cell) if part.strip()})

    def _whole_number(self, column: Column, cell: str) -> int:
        match = _NUMBER.fullmatch(text.digits(cell).replace(",", ""))
        if match is None:
            raise _BadCellError(Reason.NO_NUMBER)
        if not 1 <= int(match[1]) <= column.most:
            raise _BadCellError(Reason.OUT_OF_RANGE, most=column.most)
        return int(match[1])

    def _number_of_case(self, _column: Column, cell: str) -> str:
        return text.digits(cell).upper()[:30]

    def _together(self, said: Mapping[str, Any]) -> list[Fault]:
        """What is wrong between two cells."""
        lacks = said.get("work_class") and not said.get("work_class_reason")
        return [Fault("work_class_reason", Reason.WHY_MISSING)] if lacks else []

    def _content_key(self, values: Mapping[str, Any], faults: Sequence[Fault]) -> str | None:
        """Month, type, area and words, hashed; None while one of them cannot be read."""
        if any(fault.field in IDENTIFYING for fault in faults):
            return None
        parts = [values.get(name) for name in IDENTIFYING]
        if None in parts:
            return None
        *coded, summary = parts
        return pseudonym.keyed("row", self._office, "content", *coded, text.fold(str(summary)))


def month_fault(month: date, today: date) -> Reason | None:
    """Why nothing can be filed about this month today; None when it can."""
    months = (today.year - month.year) * 12 + today.month - month.month
    if months < 0:
        return Reason.FUTURE
    return Reason.TOO_OLD if months > LATEST_MONTHS else None


def still_fits(values: Mapping[str, Any], lists: Lists) -> bool:
    """Could the same be filed now? Days may lie between looking and taking in."""
    return (
        values["area_id"] in lists.towns
        and values["act_type"] in lists.act_types.values()
        and month_fault(date.fromisoformat(values["occurred_month"]), lists.today) is None
    )


def _looked_up(names: Mapping[str, str], cell: str) -> str | None:
    """By name or code; also by a code with its name behind it: `G1 資源がない`."""
    found = names.get(text.fold(cell))
    if found is not None:
        return found
    first, _blank, rest = re.sub(r"[:：]", " ", cell.strip(), count=1).partition(" ")
    code, name = names.get(text.fold(first)), names.get(text.fold(rest))
    return code if code is not None and code == name else None
