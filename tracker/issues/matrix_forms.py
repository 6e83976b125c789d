# Like forms and routes it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""What a matrix is asked for: months, rows, narrowing, the figure in its cells; sent by GET."""

import enum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from tracker.cases.models import OPEN_CLASS
from tracker.core import wareki
from tracker.core.forms import NO_CHOICE, AskedForm, MonthField
from tracker.core.i18n import in_english, labelled, named
from tracker.core.i18n import month as month_name
from tracker.issues import matrix
from tracker.issues.matrix import Asked, Narrowing
from tracker.taxonomy.models import CodeList

NARROWED_BY = (CodeList.GAP, CodeList.REQUESTER, CodeList.URGENCY)


class Rows(enum.StrEnum):
    """What stands in a row of the matrix."""

    AREA = "area"
    CENTRE = "centre"
    TOWN = "town"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return ROWS_LABELS[self]


ROWS_LABELS: dict[Rows, LazyString] = {
    Rows.AREA: _l("Area"),
    Rows.CENTRE: _l("Support centre"),
    Rows.TOWN: _l("Municipality"),
}


class Show(enum.StrEnum):
    """Which figure stands in the cells."""

    CASES = "cases"
    OFFICES = "offices"
    CLIENTS = "clients"
    MINUTES = "minutes"
    MEDIAN = "median"
    SHARE = "share"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return SHOW_LABELS[self]


SHOW_LABELS: dict[Show, LazyString] = {
    Show.CASES: _l("Cases"),
    Show.OFFICES: _l("Offices"),
    Show.CLIENTS: _l("Clients"),
    Show.MINUTES: _l("Minutes in all"),
    Show.MEDIAN: _l("Minutes for one case (median)"),
    Show.SHARE: _l("Share of the busiest office in the minutes"),
}


def _one_of(name):
    """A choice; what is none of them is refused in words of its own."""
    return SelectField(name, [Optional()], default="", validate_choice=False)


class MatrixForm(AskedForm):
    """Everything may be left out; what is unknown is refused, so that no figure is misread."""

    months = SelectField(_l("Months"), default="12", validate_choice=False)
    first = MonthField(_l("From month"))
    last = MonthField(_l("To month"))
    rows = SelectField(_l("A row for each"), default=Rows.AREA.value, validate_choice=False)
    family = _one_of(_l("Family"))
    gap = _one_of(_l("Gap"))
    requester = _one_of(_l("Requester"))
    urgency = _one_of(_l("Urgency"))
    work_class = _one_of(_l("Class of work"))
    show = SelectField(_l("Figure in the cells"), default=Show.CASES.value, validate_choice=False)

    def offer(self, today, families, codes, classes):
        """What can be chosen on this day; an older period of an address stays chosen."""
        self.today = today
        periods = matrix.periods(today)
        self.period = matrix.period_of(self.months.data, today)
        if self.period and self.period.key not in {period.key for period in periods}:
            periods.append(self.period)
        self.months.choices = [(period.key, period_name(period)) for period in periods]
        self.rows.choices = [(rows.value, rows.label) for rows in Rows]
        self.show.choices = [(show.value, show.label) for show in Show]
        self.family.choices = [("", _("All families")), *_words(families)]
        for name in NARROWED_BY:
            self[name.value].choices = [("", _("All")), *_words(codes[name].values())]
        decided = [(row.code, labelled(row.code, named(row))) for row in classes]
        not_decided = (OPEN_CLASS, _("Not decided"))
        self.work_class.choices = [("", _("All")), *decided, not_decided]

    def validate_months(self, field):
        """A period of ours."""
        if self.period is None:
            raise ValidationError(_("There are no such months. Please choose."))

    def validate_last(self, field):
        """From a month to a month needs both."""
        if bool(self.first.data) is not bool(field.data) and not self.first.errors:
            raise ValidationError(_("Please write both months."))

    def _known(self, field):
        if field.data not in {value for value, _label in field.choices}:
            raise ValidationError(NO_CHOICE)

    validate_rows = validate_family = validate_gap = validate_requester = _known
    validate_urgency = validate_work_class = validate_show = _known

    def asked(self):
        """What the matrix is asked for, once everything is known."""
        period = self.period
        if self.first.data and self.last.data:
            period = matrix.from_to(self.first.data, self.last.data)
        return Asked(
            period=period,
            rows=self.rows.data,
            family=self.family.data or None,
            narrowing=Narrowing(
                gap=self.gap.data or None,
                requester=self.requester.data or None,
                urgency=self.urgency.data or None,
                work_class=self.work_class.data or None,
            ),
            show=self.show.data,
        )

    def in_words(self):
        """What narrows the figures, in words; empty when nothing does."""
        names = ("family", *(name.value for name in NARROWED_BY), "work_class")
        return [dict(self[name].choices)[self[name].data] for name in names if self[name].data]


def _words(rows):
    return [(row.code, named(row)) for row in rows]


def period_name(period):
    """What is said for a period: 令和8年度, the last 6 months, from a month to a month, all."""
    if period.fiscal_year is not None:
        if in_english():
            return _("Fiscal year %(year)s", year=period.fiscal_year)
        return wareki.fiscal_year_name(period.fiscal_year)
    if period.length is not None:
        return _("The last %(months)s months", months=period.length)
    if period.first is None:
        return _("All months")
    first, last = month_name(period.first), month_name(period.last)
    return _("From %(first)s to %(last)s", first=first, last=last)
