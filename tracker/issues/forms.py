"""Narrowing the list, raising and writing an issue, and the short forms of steps."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional

from tracker.core.db import row_id
from tracker.core.forms import (
    AskedForm,
    CreateForm,
    DayField,
    EditForm,
    FreeTextField,
    NumberField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import bracketed, instant, named
from tracker.issues.listing import ORDER_LABELS, IssueFilter, Order
from tracker.issues.models import (
    CLOSED_LABELS,
    ISSUE_LABELS,
    SENTENCE_LENGTH,
    ClosedAs,
    IssueStatus,
)
from tracker.issues.statement import (
    ISSUE_LEVEL_LABELS,
    LABELS,
    LINE_LENGTH,
    PART_LENGTH,
    PARTS,
    SOLVER_LABELS,
    STATEMENT_LENGTH,
    TITLE_LENGTH,
    IssueLevel,
    Solver,
)
from tracker.issues.weighing import (
    BAND_LABELS,
    FEASIBILITY_LABELS,
    SEVERITY_LABELS,
    Band,
    Feasibility,
    Severity,
)
from tracker.issues.wording import IssueDraft

MOST_CASES = 999
OPEN_CHOICE = _l("Not filled in")


class FilterForm(AskedForm):
    """What the list is narrowed to."""

    status = SelectField(_l("State"), [Optional()])
    area = SelectField(_l("Area"), [Optional()])
    type = SelectField(_l("Type"), [Optional()])
    band = SelectField(_l("Priority"), [Optional()])
    level = SelectField(_l("Dealt with at"), [Optional()])
    order = SelectField(_l("Order"), [Optional()])

    def offer(self, areas, act_types):
        """What the list can be narrowed to; and in which order it may stand."""
        self.status.choices = everything(ISSUE_LABELS)
        places = [(str(area.id), named(area)) for area in areas]
        self.area.choices = [("", _l("All")), (TOWN, _l("The whole town")), *places]
        self.type.choices = [("", _l("All")), *((act.code, named(act)) for act in act_types)]
        self.band.choices = everything(BAND_LABELS)
        self.level.choices = everything(ISSUE_LEVEL_LABELS)
        self.order.choices = [(order.value, label) for order, label in ORDER_LABELS.items()]

    @property
    def narrowed(self):
        """Is anything left out?"""
        return any(field.data for field in self if field is not self.order)

    def wanted(self):
        """The filter, once everything is known."""
        area = picked(self.area, str)
        return IssueFilter(
            status=picked(self.status, IssueStatus),
            area_id=row_id(area) if area and area != TOWN else None,
            whole_town=area == TOWN,
            act_type=picked(self.type, str),
            band=picked(self.band, Band),
            held_at=picked(self.level, IssueLevel),
        )

    def by_age(self):
        """Is the newest one to come first?"""
        return self.order.data == Order.NEWEST


TOWN = "town"  # in an address: issues of no area


def everything(labels):
    """All, or one of these."""
    return [("", _l("All")), *((key.value, label) for key, label in labels.items())]


def picked(field, kind):
    """The choice that was made, as `kind`; None for all, and for what is no choice."""
    values = {value for value, _label in field.choices if value}
    return kind(field.data) if field.data in values else None


def area_key(value):
    """The key of an area, or None for the whole town."""
    return row_id(value) if value not in {None, ""} else None


def line(name):
    """A short part of a statement; nobody has to fill it in."""
    return FreeTextField(LABELS[name], [at_most(LINE_LENGTH)], render_kw={"rows": 2})


def part(name):
    """A part of a statement; nobody has to fill it in."""
    return FreeTextField(LABELS[name], [at_most(PART_LENGTH)], render_kw={"rows": 3})


def one_of(name, labels):
    """One of these choices, or none."""
    choices = [SelectChoice(key.value, label) for key, label in labels.items()]
    return SelectField(
        LABELS[name], [Optional()], choices=[SelectChoice("", OPEN_CHOICE), *choices]
    )


class IssueFields:
    title = FreeTextField(
        LABELS["title"], [required(), at_most(TITLE_LENGTH)], render_kw={"rows": 2}
    )
    statement = FreeTextField(LABELS["statement"], [required(), at_most(STATEMENT_LENGTH)])
    area_id = SelectField(_l("Area"), coerce=area_key)
    act_type = SelectField(_l("Type"), [chosen()])
    for_whom = line("for_whom")
    need = part("need")
    existing = part("existing")
    gap = SelectField(LABELS["gap"], [Optional()])
    cause = part("cause")
    effect = part("effect")
    level = one_of("level", ISSUE_LEVEL_LABELS)
    solver = one_of("solver", SOLVER_LABELS)
    question = line("question")

    def offer(self, areas, act_types, gaps=()):
        """The areas the person may speak for, the types of this day by family, the gaps."""
        places = [(area.id, named(area)) for area in areas]
        self.area_id.choices = [("", _l("The whole town")), *places]
        groups = {}
        for act in act_types:
            groups.setdefault(named(act.family), []).append((act.code, named(act)))
        self.act_type.choices = groups
        self.gap.choices = [("", OPEN_CHOICE), *((gap.code, named(gap)) for gap in gaps)]

    def draft(self):
        """What the issue says, for the service; a title is one line."""
        return IssueDraft(
            title=" ".join(self.title.data.split()),
            statement=self.statement.data,
            area_id=self.area_id.data,
            act_type=self.act_type.data,
            gap=self.gap.data or None,
            level=IssueLevel(self.level.data) if self.level.data else None,
            solver=Solver(self.solver.data) if self.solver.data else None,
            **{name: self[name].data or "" for name in PARTS},
        )


class RaiseForm(IssueFields, CreateForm):
    case_ids = SelectMultipleField(_l("Cases"), coerce=row_id, validate_choice=False)
    confirm_now = BooleanField(_l("Confirm it at once, so that a meeting may take it up"))


class RewriteForm(IssueFields, EditForm):
    pass


class VersionsForm(AskedForm):
    """Which two versions are compared."""

    before = SelectField(_l("Older version"), [Optional()], coerce=row_id, name="from")
    after = SelectField(_l("Newer version"), [Optional()], coerce=row_id, name="to")

    def offer(self, known):
        """Every version: its number and when it was written, the newest first."""
        choices = []
        for one in known:
            words = _("Version %(number)s", number=one.number)
            choices.append((one.number, words + bracketed(instant(one.version.written_at))))
        self.before.choices = self.after.choices = choices

    def picked(self, known):
        """The two wordings that are asked for: the newest and the one before it if none is.

        A number that is no version gives None in its place.
        """
        by_number = {one.number: one for one in known}
        newest = max(by_number)
        asked_after = self.after.data if self.after.raw_data else newest
        asked_before = self.before.data if self.before.raw_data else max(newest - 1, 1)
        self.before.data, self.after.data = asked_before, asked_after
        return by_number.get(asked_before), by_number.get(asked_after)


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


class ConfirmForm(CreateForm):
    """Whoever confirms an issue says what is at stake."""

    severity = RadioField(
        _l("What is at stake?"),
        [chosen()],
        coerce=int,
        choices=[SelectChoice(step.value, label) for step, label in SEVERITY_LABELS.items()],
    )
    feasibility = SelectField(
        _l("How near is a way?"),
        [Optional()],
        choices=[
            SelectChoice("", OPEN_CHOICE),
            *(SelectChoice(str(step.value), label) for step, label in FEASIBILITY_LABELS.items()),
        ],
    )

    def at_stake(self):
        """The severity, for the service."""
        return Severity(self.severity.data)

    def way(self):
        """The feasibility, for the service; None when it was not said."""
        return Feasibility(int(self.feasibility.data)) if self.feasibility.data else None


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
