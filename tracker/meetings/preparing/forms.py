"""Ticking proposals; writing an item or a meeting anew."""

from zlib import crc32

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional

from tracker.core.forms import (
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    NumberField,
    PlainField,
    TicksField,
    at_most,
    required,
)
from tracker.meetings.forms import (
    TIME_FORMATS,
    ClockField,
    FreeLineField,
    between,
    filled,
    offer_headings,
)
from tracker.meetings.models import QUESTION_LENGTH
from tracker.meetings.preparing.service import ItemChange, MeetingChange


class PutForm(CreateForm):
    keys = TicksField(
        _l("Proposed"), [InputRequired(_l("Please tick what is to be put on the agenda."))]
    )
    together = BooleanField(_l("Make one item of what is ticked"))

    def offer(self, proposals):
        """What the heading proposes now."""
        self.keys.choices = [SelectChoice(one.key, one.words) for one in proposals]

    def under(self, heading_id):
        """Its boxes have ids of their own: a page holds one such form a heading."""
        for field in self:
            field.id = field.label.field_id = f"h{heading_id}-{field.name}"
        return self


class ItemChangeForm(EditForm):
    title = FreeLineField(_l("Title"), [required(), at_most(80)])
    question = FreeTextField(_l("Question to decide"), [Optional(), at_most(QUESTION_LENGTH)])
    decision_line = FreeTextField(
        _l("What has to be decided now"), [Optional(), at_most(QUESTION_LENGTH)]
    )
    presenter = PlainField(_l("Presenter"), [required(), at_most(80)])
    minutes_planned = NumberField(_l("Minutes"), [filled(), between(1, 240)])
    heading_id = SelectField(_l("Under the heading"), [Optional()], coerce=int)

    def offer(self, headings):
        """Under which of the meeting's headings it may stand."""
        offer_headings(self.heading_id, headings)

    def draft(self):
        """What the item says from now on, for the service."""
        return ItemChange(
            self.title.data,
            self.question.data or "",
            self.presenter.data,
            self.minutes_planned.data,
            self.heading_id.data or None,
            self.decision_line.data or "",
        )


class MeetingChangeForm(EditForm):
    title = PlainField(_l("Title"), [Optional(), at_most(80)])
    held_on = DayField(_l("Day"), [filled()])
    starts_at = ClockField(_l("Begins at"), [filled()], format=TIME_FORMATS)
    length_minutes = NumberField(_l("Length in minutes"), [filled(), between(10, 600)])
    place = PlainField(_l("Place"), [required(), at_most(80)])

    def draft(self):
        """When and where it is held, for the service."""
        return MeetingChange(
            self.held_on.data,
            self.starts_at.data,
            self.length_minutes.data,
            self.place.data,
            self.title.data or "",
        )


ITEM_FIELDS = (
    *("title", "question", "decision_line", "presenter", "minutes_planned", "heading_id"),
)
MEETING_FIELDS = ("title", "held_on", "starts_at", "length_minutes", "place")


def as_typed(row, names):
    """What a form begins with. Its version is made of these texts alone.

    An item that was only moved has not been written by anybody else.
    """
    said = {name: getattr(row, name) for name in names}
    if "heading_id" in said:
        said["heading_id"] = said["heading_id"] or 0
    return {**said, "version": crc32(repr(sorted(said.items())).encode())}


def two_texts(form, now, names):
    """Rows of (label, mine, theirs, differs); the form is up to date now."""
    form.version.process(None, now.version.data)
    rows = [(form[name].label.text, _shown(form[name]), _shown(now[name])) for name in names]
    return [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]


def _shown(field):
    if hasattr(field, "choices"):
        return next((str(one.label) for one in field.iter_choices() if one.selected), "")
    return str(field._value())
