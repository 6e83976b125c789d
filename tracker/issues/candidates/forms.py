"""Narrowing the list of candidates, the short forms of decisions, and a rule to be learnt."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.core.db import row_id
from tracker.core.forms import (
    AskedForm,
    CreateForm,
    DayField,
    FreeTextField,
    NumberField,
    at_most,
    required,
)
from tracker.core.i18n import named
from tracker.issues.candidates.learning import RuleDraft
from tracker.issues.candidates.models import STATE_LABELS, CandidateState
from tracker.issues.candidates.queries import CandidateFilter
from tracker.issues.candidates.service import MOST_CASES
from tracker.issues.models import SENTENCE_LENGTH

FADED, EVERY = "faded", "all"


class FilterForm(AskedForm):
    """What the list is narrowed to; those to be looked at stand there without being asked for."""

    state = SelectField(_l("State"), default=CandidateState.OPEN.value)
    area = SelectField(_l("Area"), [Optional()])

    def offer(self, areas):
        """The states, and the areas of this person."""
        states = [SelectChoice(state.value, label) for state, label in STATE_LABELS.items()]
        faded = SelectChoice(FADED, _l("No longer repeating"))
        self.state.choices = [states[0], faded, *states[1:], SelectChoice(EVERY, _l("All"))]
        self.area.choices = [
            SelectChoice("", _l("All areas")),
            *(SelectChoice(str(key), name) for key, name in areas),
        ]

    def wanted(self):
        """The filter, once everything is known."""
        area_id = row_id(self.area.data) if self.area.data else None
        if self.state.data == EVERY:
            return CandidateFilter(None, area_id=area_id)
        if self.state.data == FADED:
            return CandidateFilter(CandidateState.OPEN, faded=True, area_id=area_id)
        return CandidateFilter(CandidateState(self.state.data), area_id=area_id)

    @property
    def is_narrowed(self):
        """Is anything but the list everybody begins with asked for?"""
        return bool(self.area.data) or self.state.data != CandidateState.OPEN.value


class LookForm(CreateForm):
    """Which town is looked at now."""

    town = SelectField(_l("Town"), coerce=row_id)

    def offer(self, towns):
        """The towns this person may have looked at."""
        self.town.choices = [SelectChoice(key, name) for key, name in towns]


class ParkForm(CreateForm):
    until = DayField(_l("Until"), [Optional()])
    more_cases = NumberField(
        _l("Until so many more cases have come"),
        [
            Optional(),
            NumberRange(1, MOST_CASES, _l("Please write a number from %(min)s to %(max)s.")),
        ],
    )
    reason = FreeTextField(_l("Reason for waiting"), [required(), at_most(SENTENCE_LENGTH)])


class RejectForm(CreateForm):
    reason_rejected = FreeTextField(
        _l("Why is it no issue of the region?"), [required(), at_most(SENTENCE_LENGTH)]
    )


class RuleForm(CreateForm):
    """A rule for the type of one issue; bounds are the service's."""

    area_id = SelectField(_l("Where it holds"), [Optional()])
    cases = NumberField(_l("Cases"), [InputRequired(_l("Please fill this in."))])
    offices = NumberField(_l("Offices"), [InputRequired(_l("Please fill this in."))])
    months = NumberField(_l("Months"), [InputRequired(_l("Please fill this in."))])
    gap = SelectField(_l("Why it could not be handed on"), [Optional()])

    def offer(self, issue, gaps, *, every_area):
        """The issue's own area, every area if the person may speak for all, and the reasons."""
        own = [SelectChoice(str(issue.area_id), named(issue.area))] if issue.area else []
        every = [SelectChoice("", _l("Every area, each by itself"))] if every_area else []
        self.area_id.choices = [*own, *every]
        self.gap.choices = [
            SelectChoice("", _l("Whatever the reason")),
            *(SelectChoice(code, named(row)) for code, row in gaps.items()),
        ]

    def draft(self):
        """The rule, for the service."""
        return RuleDraft(
            area_id=row_id(self.area_id.data) if self.area_id.data else None,
            cases=self.cases.data,
            months=self.months.data,
            offices=self.offices.data,
            gap=self.gap.data or None,
        )
