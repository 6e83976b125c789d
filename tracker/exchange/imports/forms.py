"""Choosing a file, saying which column holds what."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from tracker.core import personal
from tracker.core.db import row_id
from tracker.core.forms import LONGEST_LOOKED_AT, CreateForm, chosen
from tracker.exchange.imports.columns import COLUMNS
from tracker.exchange.imports.rows import Matching
from tracker.exchange.imports.service import ReadAs
from tracker.formats.tables import column_letter
from tracker.intake.forms import OfficeField

ENCODING_NAMES = {
    "": _l("As it seems"),
    "utf-8": "UTF-8",
    "cp932": _l("Shift_JIS (Excel on Windows)"),
    "utf-16": "UTF-16",
}
ENCODINGS = [SelectChoice(code, name) for code, name in ENCODING_NAMES.items()]


class UploadForm(CreateForm):
    """A file, or a block copied from a sheet; words are looked at row by row, not here."""

    organisation_id = OfficeField(_l("Your office"), [chosen()], coerce=int)
    file = FileField(_l("File (.xlsx, .csv or .tsv)"))
    sheet = SelectField(_l("Sheet"), [Optional()], validate_choice=False, choices=[])
    encoding = SelectField(_l("Characters of a text file"), [Optional()], choices=ENCODINGS)
    pasted = TextAreaField(_l("Or paste a block copied from a sheet, with its headings"))
    replaces = HiddenField()

    def _text_fields(self):
        return iter(())

    def offer(self, offices, *, own, sheets=()):
        """The offices one may import for, and the sheets of a workbook that was looked at."""
        self.organisation_id.choices = offices
        if not own:
            self.organisation_id.label.text = _l("For which office")
        if len(offices) == 1:
            self.organisation_id.widget = HiddenInput()
            self.organisation_id.data = self.organisation_id.data or offices[0][0]
        first = ("", _l("The first with a table"))
        self.sheet.choices = [first, *((name, name) for name in sheets)]

    def validate(self, extra_validators=None):
        """One of the two must be there."""
        in_shape = super().validate(extra_validators)
        if self.file.data or (self.pasted.data or "").strip():
            return in_shape
        self.file.errors = [*self.file.errors, _l("Please choose a file, or paste a block.")]
        return False

    def how(self):
        """As what it is to be read."""
        return ReadAs(self.sheet.data or None, self.encoding.data or None)

    def replaces_id(self):
        """The import that was begun with the same file read otherwise; None for a first one."""
        try:
            return row_id(self.replaces.data or "")
        except ValueError:
            return None

    def hide(self):
        """A block that is shown again shows nothing that may not be stored."""
        block = (self.pasted.data or "")[:LONGEST_LOOKED_AT]
        self.pasted.data = personal.hide(block)


class MappingForm(CreateForm):
    """One choice for each of our columns, and one answer for all rows where that is enough."""

    letters = BooleanField(_l("Replace words that may tell who a person is with A, B, C"))

    def offer(self, head, places, choices):
        """The columns of the file, and the answers of the lists."""
        not_there = [("", _l("Not in the file"))]
        of_file = [(str(place), _called(head, place)) for place in places]
        for column in COLUMNS:
            field = self[f"column_{column.field}"]
            field.label.text = column.heading
            field.choices = not_there + of_file
            if column.may_be_filled:
                answers = [(choice.value, choice.name) for choice in choices[column.field]]
                self[f"default_{column.field}"].choices = [("", _l("No answer for all rows"))]
                self[f"default_{column.field}"].choices += answers

    def show(self, matching):
        """What is matched already."""
        for name, place in matching.columns.items():
            self[f"column_{name}"].data = str(place)
        for name, code in matching.defaults.items():
            self[f"default_{name}"].data = code
        self.letters.data = matching.letters

    def pairs(self):
        """Each of our columns with its two fields; the second is None where it cannot be."""
        return [
            (column, self[f"column_{column.field}"], self._fields.get(f"default_{column.field}"))
            for column in COLUMNS
        ]

    def matching(self):
        """What was said."""
        columns = {c.field: int(f.data) for c, f, _d in self.pairs() if f.data}
        defaults = {c.field: d.data for c, _f, d in self.pairs() if d is not None and d.data}
        return Matching(columns, defaults, self.letters.data)


for _column in COLUMNS:
    setattr(MappingForm, f"column_{_column.field}", SelectField(_column.ja, [Optional()]))
    if _column.may_be_filled:
        setattr(
            MappingForm,
            f"default_{_column.field}",
            SelectField(_l("Answer for all rows"), [Optional()]),
        )


class TakeInForm(CreateForm):
    version = HiddenField()
    only_good = HiddenField()

    def seen_version(self):
        """The version of the import that was looked at; 0 for none."""
        try:
            return int(self.version.data)
        except (TypeError, ValueError):
            return 0


def _called(head, place):
    letter = column_letter(place)
    return letter if head[place] == letter else f"{letter} {head[place]}"
