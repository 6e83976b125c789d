"""An import in words: what is wrong with its rows, what would change, and its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.core.i18n import in_english, labelled, month
from tracker.exchange.imports.columns import (
    BY_FIELD,
    COLUMNS,
    ERROR_HEADINGS,
    IDENTIFYING,
    ColumnKind,
)
from tracker.exchange.imports.queries import Choice
from tracker.exchange.imports.reasons import Fault
from tracker.exchange.imports.rows import Matching
from tracker.exchange.models import ImportBatch, RowResult
from tracker.formats.tables import column_letter
from tracker.formats.tables_out import SheetOut, write_csv, write_xlsx

Choices = Mapping[str, Sequence[Choice]]
_SHOWN = 40  # characters of a cell beside its error
_CODED = frozenset(
    {ColumnKind.CODE, ColumnKind.CODES, ColumnKind.AREA, ColumnKind.ACT_TYPE, ColumnKind.WORK_CLASS}
)
_LISTED = _CODED - {ColumnKind.CODES}  # one answer: can be chosen in the cell


@dataclass(frozen=True)
class Line:
    """One thing said of a row: the column, and a reason, an answer, or an answer and the next."""

    label: str
    text: str
    becomes: str | None = None
    cell: str = ""  # what stands in the file, where that is what is wrong


@dataclass(frozen=True)
class RowShown:
    """A row as the page shows it."""

    number: int
    result: RowResult
    case_id: int | None
    case_number: str | None
    lines: list[Line]


class Words:
    """How the columns of one file are called, and what its answers mean."""

    def __init__(self, batch: ImportBatch, choices: Choices) -> None:
        self._head: Sequence[str] = batch.head["columns"]
        self._places = Matching.of(batch.mapping).columns
        self._names = {
            (field, choice.value): choice.name
            for field, answers in choices.items()
            for choice in answers
        }

    def shown(self, row: Any) -> RowShown:
        """The row with its errors, what it changes, or what it says."""
        if row.result is RowResult.BAD:
            lines = [self._fault(fault, row.cells["cells"]) for fault in faults_of(row)]
        elif row.result is RowResult.CHANGED:
            differs = row.before.get("differs", {})
            lines = [
                Line(BY_FIELD[field].heading, self._answer(field, was), self._answer(field, now))
                for field, (was, now) in differs.items()
            ]
        else:
            said = row.values.get("said", {})
            lines = [
                Line(BY_FIELD[field].heading, self._answer(field, said[field]))
                for field in IDENTIFYING
                if field in said
            ]
        return RowShown(row.number, row.result, row.case_id, row.case_number, lines)

    def _fault(self, fault: Fault, cells: Sequence[str]) -> Line:
        place = self._places.get(fault.field, len(cells))
        cell = cells[place] if place < len(cells) else ""
        short = cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
        return Line(self.column(fault.field), fault.words, cell=short)

    def column(self, field: str) -> str:
        """The column as it stands in the file; ours where the file has none."""
        place = self._places.get(field)
        if place is None:
            return BY_FIELD[field].heading
        letter = column_letter(place)
        heading = self._head[place]
        return heading if heading == letter else f"{letter} {heading}"

    def _answer(self, field: str, value: Any) -> str:
        if field == "office_ref":
            return _("another one (only its hash is kept)")
        if value is None or value in ("", []):
            return _("nothing")
        if field == "occurred_month":
            day = date.fromisoformat(value)
            return f"{day:%Y-%m}" if in_english() else month(day)
        codes = value if isinstance(value, list) else [value]
        return "、".join(self._names.get((field, str(code)), str(code)) for code in codes)


def faults_of(row: Any) -> list[Fault]:
    """What is wrong with a row."""
    return [Fault.of(kept) for kept in row.errors["errors"]]


def errors_file(batch: ImportBatch, rows: Sequence[Any]) -> bytes:
    """The rows with errors in the columns of their file, the cells marked, the reasons last."""
    places = Matching.of(batch.mapping).columns
    words = Words(batch, {})
    head = list(batch.head["columns"])
    if head[-1] in ERROR_HEADINGS:
        head.pop()
    out, marks = [], {}
    for at, row in enumerate(rows):
        faults = faults_of(row)
        for fault in faults:
            marks[at, places.get(fault.field, len(head))] = fault.words
        said = [labelled(words.column(fault.field), fault.words) for fault in faults]
        cells = (row.cells["cells"] + [""] * len(head))[: len(head)]
        out.append([*cells, "\n".join([_("Row %(row)s", row=row.number), *said])])
    sheet = SheetOut(_("Rows with errors"), [*head, _("Reason")], out, marks=marks)
    notes = [
        _("Correct the marked cells and choose this file for a new import."),
        _("Columns that were not matched, and own references, are not kept and so are empty here."),
        _("Rows that were taken in before are recognised: none is taken in twice."),
    ]
    return write_xlsx([sheet], notes=notes)


def template_xlsx(choices: Choices) -> bytes:
    """Our headings with lists to choose from, an example, instructions and all codes."""
    lists = {
        at: [choice.name for choice in choices[column.field]]
        for at, column in enumerate(COLUMNS)
        if column.kind in _LISTED and choices.get(column.field)
    }
    sheet = SheetOut(_("Cases"), _head(), [_example(choices)], choices=lists)
    return write_xlsx([sheet, _guide(), _codes(choices)])


def template_csv(choices: Choices) -> bytes:
    """Our headings and an example."""
    return write_csv(_head(), [_example(choices)])


def _head() -> list[str]:
    return [column.heading for column in COLUMNS]


def _example(choices: Choices) -> list[str]:
    first = {"area_id": next((choice.name for choice in choices.get("area_id", [])), "")}
    names = {(f, c.value): c.name for f, answers in choices.items() for c in answers}
    return [
        first.get(column.field) or names.get((column.field, column.example), column.example)
        for column in COLUMNS
    ]


def _guide() -> SheetOut:
    rows = [
        [
            column.heading,
            _("Required") if column.required else _("Optional"),
            _HOW[column.kind](),
        ]
        for column in COLUMNS
    ]
    return SheetOut(
        _("Instructions"), [_("Column"), _("Required or not"), _("What to write")], rows
    )


_HOW = {
    ColumnKind.OWN_KEY: lambda: _(
        "A number of your own, never a name. Only its hash is kept, to recognise it again."
    ),
    ColumnKind.NUMBER_OF_CASE: lambda: _("The number of a case here, to change that case."),
    ColumnKind.MONTH: lambda: _("A month or a day within the last three years, in any writing."),
    ColumnKind.AREA: lambda: _("The name or code of an area the office can file for."),
    ColumnKind.ACT_TYPE: lambda: _("The name or code of a type of act."),
    ColumnKind.CODE: lambda: _("One of the answers, by name or code; see the sheet of codes."),
    ColumnKind.CODES: lambda: _("One or more of the answers with commas between."),
    ColumnKind.WORK_CLASS: lambda: _("Only when it is another than the table's; then say why."),
    ColumnKind.WHOLE_NUMBER: lambda: _("A whole number."),
    ColumnKind.FREE_TEXT: lambda: _("A few sentences. No name, address, date of birth or number."),
    ColumnKind.WORDS: lambda: _("A few words."),
}


def _codes(choices: Choices) -> SheetOut:
    rows = [
        [column.heading, choice.value, choice.name]
        for column in COLUMNS
        for choice in choices.get(column.field, [])
        if column.kind is not ColumnKind.AREA
    ]
    return SheetOut(_("Codes"), [_("Column"), _("Code"), _("Answer")], rows)
