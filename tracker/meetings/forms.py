"""Planning a meeting, its agenda, its people; the notes of the room."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import TextInput

from tracker.core import text
from tracker.core.forms import (
    AskedForm,
    CreateForm,
    DayField,
    FreeTextField,
    NumberField,
    OneSentence,
    PlainField,
    TicksField,
    at_most,
    chosen,
    required,
)
from tracker.meetings.attendance import AttendeeDraft
from tracker.meetings.models import (
    LEVEL_LABELS,
    QUESTION_LENGTH,
    ItemKind,
    MeetingLevel,
)
from tracker.meetings.queries import WHEN_LABELS, MeetingFilter, When
from tracker.meetings.series.models import Rule
from tracker.meetings.service import ItemDraft, MeetingDraft

TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%H時%M分", "%H時"]


def between(least, most):
    """A number within these bounds."""
    return NumberRange(least, most, _l("Please write a number from %(min)s to %(max)s."))


def filled():
    """Must be filled in, a number or a date."""
    return InputRequired(_l("Please fill this in."))


class ClockField(OneSentence, TimeField):
    """A time of day; full-width digits are as good as others."""

    def process_formdata(self, valuelist):
        typed = [text.digits(value).strip() for value in valuelist]
        if not typed or not typed[0]:
            return
        try:
            super().process_formdata(typed)
        except ValueError as error:
            raise ValueError(_("Please write a time, for example 14:00.")) from error


class FreeLineField(FreeTextField):
    """One line of words about a need."""

    widget = TextInput()


class FilterForm(AskedForm):
    """What the list is narrowed to."""

    when = SelectField(_l("Coming or past"), [Optional()], default=When.COMING.value)
    level = SelectField(_l("Kind of meeting"), [Optional()])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.when.choices = [SelectChoice(one.value, words) for one, words in WHEN_LABELS.items()]
        levels = (SelectChoice(level.value, label) for level, label in LEVEL_LABELS.items())
        self.level.choices = [SelectChoice("", _l("All")), *levels]

    def wanted(self):
        """The filter, once everything is known."""
        when = When(self.when.data or When.COMING)
        return MeetingFilter(when, MeetingLevel(self.level.data) if self.level.data else None)

    @property
    def past(self):
        """Are the meetings looked at that are over?"""
        return self.when.data == When.PAST.value


class PlanForm(CreateForm):
    level = RadioField(_l("Kind of meeting"), [chosen()])
    area_id = SelectField(_l("Area"), [Optional()], coerce=int)
    title = PlainField(_l("Title"), [Optional(), at_most(80)])
    held_on = DayField(_l("Day"), [filled()])
    starts_at = ClockField(_l("Begins at"), [filled()], format=TIME_FORMATS)
    length_minutes = NumberField(_l("Length in minutes"), [filled(), between(10, 600)])
    place = PlainField(_l("Place"), [required(), at_most(80)])

    def offer(self, levels, areas):
        """The kinds of meeting the viewer's organisation can host, and its areas."""
        self.level.choices = [SelectChoice(level.value, level.label) for level in levels]
        if len(levels) == 1 and self.level.data is None:
            self.level.data = levels[0].value
        self.area_id.choices = [SelectChoice(key, name) for key, name in areas]
        if len(areas) == 1 and self.area_id.data is None:
            self.area_id.data = areas[0][0]
        if not areas:
            self.area_id.validate_choice = False
            self.area_id.data = None

    def draft(self):
        """The meeting, for the service."""
        return MeetingDraft(
            MeetingLevel(self.level.data),
            self.area_id.data,
            self.title.data or "",
            self.held_on.data,
            self.starts_at.data,
            self.length_minutes.data,
            self.place.data,
        )


class ItemForm(CreateForm):
    """A point of the agenda; of which kind, its address says."""

    kind = None
    subject_ids = TicksField(_l("What the item is about"), [chosen()], coerce=int)
    title = FreeLineField(_l("Title"), [Optional(), at_most(80)])
    question = FreeTextField(_l("Question to decide"), [required(), at_most(QUESTION_LENGTH)])
    presenter = PlainField(_l("Presenter"), [required(), at_most(80)])
    minutes_planned = NumberField(_l("Minutes"), [filled(), between(1, 240)])
    heading_id = SelectField(_l("Under the heading"), [Optional()], coerce=int)

    def offer(self, subjects, headings=()):
        """What may be put on the agenda, and under which of its headings."""
        self.subject_ids.choices = [SelectChoice(key, words) for key, words in subjects]
        offer_headings(self.heading_id, headings)

    def draft(self):
        """The item, for the service."""
        return ItemDraft(
            self.kind,
            tuple(self.subject_ids.data),
            self.title.data or "",
            self.question.data,
            self.presenter.data,
            self.minutes_planned.data,
            self.heading_id.data or None,
        )


def offer_headings(field, headings):
    """The headings of a meeting that take items, and none."""
    kept = [SelectChoice(one.id, one.title) for one in headings if one.rule is not Rule.LINE]
    field.choices = [SelectChoice(0, _("under no heading")), *kept]


class IssueItemForm(ItemForm):
    kind = ItemKind.ISSUE


class CaseItemForm(ItemForm):
    kind = ItemKind.CASE

    def __init__(self, *args, **kwargs):
        """Its boxes have ids of their own: it stands on the same page as the other one."""
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"case-{field.id}"


class InviteForm(CreateForm):
    organisation = PlainField(_l("Organisation"), [required(), at_most(80)])
    profession = PlainField(_l("Profession"), [required(), at_most(40)])
    name = PlainField(_l("Name of the member"), [required(), at_most(80)])
    person_id = SelectField(_l("Account of a member"), [Optional()], coerce=int)

    def offer(self, accounts):
        """Accounts of the town's members."""
        none = SelectChoice(0, _("without an account"))
        self.person_id.choices = [none, *(SelectChoice(key, name) for key, name in accounts)]

    def draft(self):
        """The person, for the service."""
        return AttendeeDraft(
            self.organisation.data,
            self.profession.data,
            self.name.data,
            self.person_id.data or None,
        )


class PledgeForm(CreateForm):
    agreed = BooleanField(
        _l("I promise this"), [DataRequired(_l("Please tick this, or leave the page."))]
    )
    back = HiddenField()
