"""Setting up a series, its members and headings; planning one meeting of it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional

from tracker.core.forms import (
    CreateForm,
    DayField,
    NumberField,
    PlainField,
    at_most,
    chosen,
    required,
)
from tracker.meetings.forms import TIME_FORMATS, ClockField, between, filled
from tracker.meetings.models import LEVEL_LABELS, MeetingLevel
from tracker.meetings.series.models import (
    NAME_LENGTH,
    RULE_LABELS,
    WEEK_LABELS,
    WEEKDAY_LABELS,
    Rule,
    Week,
)
from tracker.meetings.series.service import HeadingDraft, MemberDraft, SeriesDraft, SittingDraft


class SeriesForm(CreateForm):
    name = PlainField(_l("Name of the meeting"), [required(), at_most(NAME_LENGTH)])
    level = RadioField(_l("Kind of meeting"), [chosen()])
    area_id = SelectField(_l("Area"), [Optional()], coerce=int)
    place = PlainField(_l("Place"), [required(), at_most(80)])
    starts_at = ClockField(_l("Begins at"), [filled()], format=TIME_FORMATS)
    length_minutes = NumberField(_l("Length in minutes"), [filled(), between(10, 600)])
    week = SelectField(_l("Which one in the month"), [Optional()])
    weekday = SelectField(_l("Weekday"), [Optional()])
    every_months = NumberField(_l("Every how many months"), [Optional(), between(1, 12)])
    title_pattern = PlainField(_l("Pattern of the titles"), [Optional(), at_most(NAME_LENGTH)])
    also_name = PlainField(_l("Second body that sits as well"), [Optional(), at_most(NAME_LENGTH)])
    also_level = SelectField(_l("It counts as well as"), [Optional()])

    def offer(self, levels, areas):
        """The kinds of meeting the viewer's organisation can host, and its areas."""
        none = SelectChoice("", _l("No custom"))
        self.level.choices = [SelectChoice(level.value, level.label) for level in levels]
        if len(areas) == 1 and self.area_id.data is None:
            self.area_id.data = areas[0][0]
        self.area_id.choices = [SelectChoice(key, name) for key, name in areas]
        if not areas:
            self.area_id.validate_choice = False
            self.area_id.data = None
        self.week.choices = [
            none,
            *(SelectChoice(w.value, label) for w, label in WEEK_LABELS.items()),
        ]
        days = (SelectChoice(str(day), label) for day, label in enumerate(WEEKDAY_LABELS))
        self.weekday.choices = [none, *days]
        others = (SelectChoice(level.value, label) for level, label in LEVEL_LABELS.items())
        self.also_level.choices = [SelectChoice("", _l("No level of its own")), *others]

    def draft(self):
        """The series, for the service."""
        return SeriesDraft(
            self.name.data,
            MeetingLevel(self.level.data),
            self.area_id.data,
            self.also_name.data or "",
            MeetingLevel(self.also_level.data) if self.also_level.data else None,
            self.title_pattern.data or "",
            self.place.data,
            self.starts_at.data,
            self.length_minutes.data,
            Week(self.week.data) if self.week.data else None,
            int(self.weekday.data) if self.weekday.data else None,
            self.every_months.data or 1,
        )


class ChangeSeriesForm(SeriesForm):
    """Level and area stay: the meetings there were are of them."""

    version = HiddenField(validators=[InputRequired()])

    def keep(self, series):
        """What cannot be changed stands as it is."""
        self.level.validators = ()
        self.level.choices = [SelectChoice(series.level.value, series.level.label)]
        self.level.data, self.area_id.data = series.level.value, series.area_id
        self.level.validate_choice = self.area_id.validate_choice = False

    def opened_version(self):
        """The version the person saw; 0 when it cannot be read."""
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0


class MemberForm(CreateForm):
    organisation = PlainField(_l("Organisation"), [required(), at_most(80)])
    profession = PlainField(_l("Profession"), [required(), at_most(40)])
    name = PlainField(_l("Name of the member"), [Optional(), at_most(80)])
    person_id = SelectField(_l("Account of a member"), [Optional()], coerce=int)

    def offer(self, accounts):
        """Accounts of the town's members."""
        none = SelectChoice(0, _l("without an account"))
        self.person_id.choices = [none, *(SelectChoice(key, name) for key, name in accounts)]

    def draft(self):
        """The member, for the service."""
        return MemberDraft(
            self.organisation.data,
            self.profession.data,
            self.name.data or "",
            self.person_id.data or None,
        )


class HeadingForm(CreateForm):
    title = PlainField(_l("Heading"), [required(), at_most(NAME_LENGTH)])
    rule = SelectField(_l("What it proposes by itself"), [InputRequired()])
    minutes = NumberField(_l("Minutes of its own"), [Optional(), between(0, 240)])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rule.choices = [SelectChoice(rule.value, label) for rule, label in RULE_LABELS.items()]

    def draft(self):
        """The heading, for the service."""
        return HeadingDraft(self.title.data, Rule(self.rule.data), self.minutes.data or 0)


class SittingForm(CreateForm):
    held_on = DayField(_l("Day"), [filled()])
    starts_at = ClockField(_l("Begins at"), [filled()], format=TIME_FORMATS)
    length_minutes = NumberField(_l("Length in minutes"), [filled(), between(10, 600)])
    place = PlainField(_l("Place"), [required(), at_most(80)])
    title = PlainField(_l("Title"), [Optional(), at_most(80)])

    def draft(self):
        """The meeting, for the service."""
        return SittingDraft(
            self.held_on.data,
            self.starts_at.data,
            self.length_minutes.data,
            self.place.data,
            self.title.data or "",
        )
