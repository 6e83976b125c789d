"""Narrowing the matrix and the list, raising and writing an issue, and the short forms of steps."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional

from tracker.core import wareki
from tracker.core.db import row_id
from tracker.core.forms import (
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    NumberField,
    TrackerForm,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import in_english, named
from tracker.issues.grouping import IssueDraft
from tracker.issues.models import (
    CLOSED_LABELS,
    ISSUE_LABELS,
    SENTENCE_LENGTH,
    STATEMENT_LENGTH,
    TITLE_LENGTH,
    ClosedAs,
    IssueStatus,
)
from tracker.issues.queries import IssueFilter

MOST_CASES = 999


class FilterForm(TrackerForm):
    """Sent by GET, so that the address holds the list."""

    class Meta:
        csrf = False

    status = SelectField(_l("State"), [Optional()])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.status.choices = [("", _l("All")), *((s.value, ISSUE_LABELS[s]) for s in IssueStatus)]

    def wanted(self):
        """The filter; a state that is none is no filter."""
        known = {status.value for status in IssueStatus}
        return IssueFilter(IssueStatus(self.status.data) if self.status.data in known else None)


class MatrixForm(TrackerForm):
    """Sent by GET: which months are counted, and which family is opened."""

    class Meta:
        csrf = False

    months = SelectField(_l("Months"), [Optional()])
    family = SelectField(_l("Family"), [Optional()])

    def offer(self, periods, families):
        """The periods of this day, and every family."""
        self.months.choices = [(period.key, period_name(period)) for period in periods]
        every = [(family.code, named(family)) for family in families]
        self.family.choices = [("", _l("All families")), *every]


def period_name(period):
    """What is said for a period: 令和8年度, the last 6 months, all."""
    if period.fiscal_year is not None:
        if in_english():
            return _l("Fiscal year %(year)s", year=period.fiscal_year)
        return wareki.fiscal_year_name(period.fiscal_year)
    if period.length is not None:
        return _l("The last %(months)s months", months=period.length)
    return _l("All months")


def area_key(value):
    """The key of an area, or None for the whole town."""
    return row_id(value) if value not in {None, ""} else None


class IssueFields:
    title = FreeTextField(_l("Title"), [required(), at_most(TITLE_LENGTH)], render_kw={"rows": 2})
    statement = FreeTextField(_l("Statement"), [required(), at_most(STATEMENT_LENGTH)])
    area_id = SelectField(_l("Area"), coerce=area_key)
    act_type = SelectField(_l("Type"), [chosen()])

    def offer(self, areas, act_types):
        """The areas the person may speak for, and the types of this day by family."""
        places = [(area.id, named(area)) for area in areas]
        self.area_id.choices = [("", _l("The whole town")), *places]
        groups = {}
        for act in act_types:
            groups.setdefault(named(act.family), []).append((act.code, named(act)))
        self.act_type.choices = groups

    def draft(self):
        """What the issue says, for the service; a title is one line."""
        title = " ".join(self.title.data.split())
        return IssueDraft(title, self.statement.data, self.area_id.data, self.act_type.data)


class RaiseForm(IssueFields, CreateForm):
    case_ids = SelectMultipleField(_l("Cases"), coerce=row_id, validate_choice=False)
    confirm_now = BooleanField(_l("Confirm it at once, so that a meeting may take it up"))


class RewriteForm(IssueFields, EditForm):
    pass


class AddForm(CreateForm):
    """Ticked cases and the issue they are added to."""

    case_ids = SelectMultipleField(_l("Cases"), coerce=row_id, validate_choice=False)
    issue_id = SelectField(_l("Issue"), [chosen()], coerce=row_id)

    def offer(self, issues):
        """Open issues: key, number, title."""
        self.issue_id.choices = [(key, f"{number} {title}") for key, number, title in issues]


class ParkForm(CreateForm):
    until = DayField(_l("Until"), [Optional()])
    wakes_at_cases = NumberField(
        _l("Until it has so many cases"),
        [
            Optional(),
            NumberRange(1, MOST_CASES, _l("Please write a number from %(min)s to %(max)s.")),
        ],
    )
    reason = FreeTextField(_l("Reason for waiting"), [required(), at_most(SENTENCE_LENGTH)])


class DeclineForm(CreateForm):
    reason_declined = FreeTextField(
        _l("Reason, as an answer to the offices"), [required(), at_most(SENTENCE_LENGTH)]
    )


class WakeForm(CreateForm):
    reason_woken = FreeTextField(
        _l("Why is it taken up again?"), [required(), at_most(SENTENCE_LENGTH)]
    )


class AnswerForm(CreateForm):
    answer = FreeTextField(
        _l("What the level above answered"), [required(), at_most(SENTENCE_LENGTH)]
    )


class CloseForm(CreateForm):
    closed_as = RadioField(
        _l("How is it closed?"),
        [chosen()],
        choices=[SelectChoice(how.value, label) for how, label in CLOSED_LABELS.items()],
    )
    sentence = FreeTextField(
        _l("What the offices are told"), [required(), at_most(SENTENCE_LENGTH)]
    )

    def how(self):
        """The way of closing, for the service."""
        return ClosedAs(self.closed_as.data)


class RefuseForm(CreateForm):
    reason_refused = FreeTextField(
        _l("Why should it stay open?"), [required(), at_most(SENTENCE_LENGTH)]
    )
