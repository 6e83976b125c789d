"""Having the sheets of all offices made: asked for here, made by the worker."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.core import audit, jobs
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.insights.sheets import policy, queries
from tracker.insights.sheets.models import OfficeSheet, SheetRun

MAKE_SHEETS = "make-office-sheets"
KEPT = timedelta(days=30)


def ask_for_all(
    municipality_id: int, fiscal_year: int, *, by: Viewer, at: datetime, today: date
) -> SheetRun:
    """The worker will make a sheet for every office with a case of the year, and tell each.

    :raises InvalidInputError: for a year that is not offered, or in which nobody filed, or while
        the sheets this person asked for before are being made
    """
    require(policy.may_make(by, municipality_id))
    if fiscal_year not in queries.years_offered(today):
        raise InvalidInputError("year", _("Please choose one of the years."))
    reach = case_policy.visible_to(by)
    offices = queries.offices_with_cases(municipality_id, fiscal_year, reach)
    if not offices:
        raise InvalidInputError("year", _("No office has filed a case in that year."))
    if queries.is_being_made(municipality_id, fiscal_year, by.person_id):
        raise InvalidInputError(
            "year", _("These sheets are being made already. Please look again in a moment.")
        )
    run = SheetRun(
        municipality_id=municipality_id,
        fiscal_year=fiscal_year,
        asked_by_id=by.person_id,
        asked_at=at,
        offices=len(offices),
    )
    db.session.add(run)
    facts = Change({}, {"fiscal_year": fiscal_year, "offices": len(offices)}, {}, {})
    audit.record(by, "office_sheets.asked_for", run, at=at, change=facts)
    jobs.enqueue(MAKE_SHEETS, f"{MAKE_SHEETS}:{run.id}", due_at=at, payload={"run_id": run.id})
    return run


def note_taken_along(run: SheetRun, *, by: Viewer, at: datetime) -> None:
    """It is written down that the papers left the house."""
    require(policy.may_take_along(by, run))
    audit.record(by, "office_sheets.taken", run, at=at)


def forget(before: datetime) -> None:
    """Papers of runs older than this are gone; that they were made stays."""
    old = sa.select(SheetRun.id).where(SheetRun.asked_at < before)
    db.session.execute(sa.delete(OfficeSheet).where(OfficeSheet.run_id.in_(old)))
