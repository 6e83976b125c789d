"""The sheets of all offices, made one by one; each is stored before the next is begun."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale

from tracker.accounts import queries as accounts
from tracker.accounts.standing import viewer_of
from tracker.cases import history
from tracker.cases import policy as case_policy
from tracker.core import clock, wareki
from tracker.core.db import db, reading
from tracker.formats import papers
from tracker.insights.sheets import paper, queries, service
from tracker.insights.sheets.models import OfficeSheet, SheetRun
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.taxonomy.shelf import shelf


def make(payload: Mapping[str, Any], at: datetime) -> None:
    """Every office has its paper and has been told; done again after a crash, it goes on."""
    run_id: int = payload["run_id"]
    with reading():
        run = db.session.get_one(SheetRun, run_id)
        by = viewer_of(run.asked_by_id, today=clock.local(at).date())
        reach = case_policy.visible_to(by)
        offices = queries.offices_with_cases(run.municipality_id, run.fiscal_year, reach)
        made = sa.select(OfficeSheet.organisation_id).where(OfficeSheet.run_id == run_id)
        done = set(db.session.scalars(made))
    for office in offices:
        if office.id not in done:
            with reading():
                run = db.session.get_one(SheetRun, run_id)
                content = _paper(queries.sheet_for_run(office, run, reach))
            _keep(run_id, office.id, content, at)
    run = db.session.get_one(SheetRun, run_id)
    run.finished_at = at


def _paper(sheet: queries.Sheet) -> bytes:
    with force_locale("ja"):  # papers of the town, handed out
        types = {act.code: act for act in shelf().act_types}
        return papers.to_pdf(paper.sheet_paper(sheet, types))


def _keep(run_id: int, organisation_id: int, content: bytes, at: datetime) -> None:
    """The paper is stored and its office told: of one year at most once in a month."""
    run = db.session.get_one(SheetRun, run_id)
    db.session.add(OfficeSheet(run_id=run_id, organisation_id=organisation_id, content=content))
    run.made += 1
    year = run.fiscal_year
    people = accounts.active_people_of(organisation_id, today=clock.local(at).date())
    about = notifications.About(
        wareki.era_fiscal_year(year),
        f"/insights/office-sheet/?year={year}",
        f"sheet:{organisation_id}:{year}:{clock.local(run.asked_at):%Y%m}",
    )
    notifications.tell(people, Event.SHEET_READY, about, act=history.new_act(), at=at)
    db.session.commit()


HANDLERS = {service.MAKE_SHEETS: make}
