"""What came of trying a resource, as offices ticked it beside their cases; who waits for it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.cases import policy
from tracker.cases.models import Case, CaseStatus, CaseTick, TickKind
from tracker.core import clock
from tracker.core.db import db
from tracker.core.disclosure import disclosed, shown
from tracker.resources import policy as resource_policy
from tracker.resources.asked import Came, Waiting
from tracker.resources.models import STALE_AFTER_DAYS, Resource
from tracker.settings.values import small_cells
from tracker.taxonomy.models import Code, CodeList

# Codes of list tried that say: it did not work, and that was the resource's side.
FAILED = frozenset({"FULL", "NOT_ELIGIBLE", "COST", "DISTANCE", "HOURS", "DECLINED"})
WAITLIST = "WAITLIST"
LOOKED_BACK = timedelta(days=365)
OPEN = (CaseStatus.SUBMITTED, CaseStatus.RETURNED, CaseStatus.ACCEPTED, CaseStatus.DISPOSED)
MOST_SHOWN = 50


def experience(
    _sender: object = None, *, viewer: Viewer, resource: Resource, today: date
) -> list[Came]:
    """Distinct offices by what came of it in the last 12 months, the most first.

    Keepers of the town read how many; to everybody else small numbers are hidden, and so is their
    order: it would say which of two hidden numbers is the larger. Answers
    `resources.asked.experience_asked`.
    """
    offices = sa.func.count(Case.organisation_id.distinct())
    rows = db.session.execute(
        sa.select(CaseTick.result, Code.name_ja, Code.name_en, offices.label("offices"))
        .join(Case, Case.id == CaseTick.case_id)
        .join(Code, sa.and_(Code.list == CodeList.TRIED, Code.code == CaseTick.result))
        .where(
            CaseTick.resource_id == resource.id,
            policy.counted(),
            Case.submitted_at >= clock.midnight(today - LOOKED_BACK),
        )
        .group_by(CaseTick.result, Code.name_ja, Code.name_en)
    ).all()
    if not rows:
        return []
    keeps = resource_policy.can_edit(viewer, resource)
    rule = small_cells.rule_of(resource.municipality_id)
    return [
        Came(
            row.name_ja,
            row.name_en,
            shown(row.offices, rounded=False) if keeps else disclosed(row.offices, rule),
            row.result in FAILED,
        )
        for row in sorted(rows, key=lambda row: (-row.offices if keeps else 0, row.result))
    ]


def waiting(_sender: object = None, *, viewer: Viewer, resource: Resource) -> Waiting:
    """Open cases on its waiting list; the numbers are of those the viewer may read.

    Keepers are told how many there are; to others only their own are counted. Answers
    `resources.asked.waiting_asked`.
    """
    waits = (
        CaseTick.case_id == Case.id,
        CaseTick.kind == TickKind.RESOURCE,
        CaseTick.resource_id == resource.id,
        CaseTick.result == WAITLIST,
    )
    open_ones = (sa.exists().where(*waits), Case.status.in_(OPEN), Case.duplicate_of_id.is_(None))
    seen = db.session.execute(
        sa.select(Case.id, Case.number)
        .where(*open_ones, policy.visible_to(viewer))
        .order_by(Case.id)
        .limit(MOST_SHOWN)
    ).all()
    cases = tuple((row.id, row.number) for row in seen)
    if not resource_policy.can_edit(viewer, resource):
        return Waiting(len(cases), cases)
    every = sa.select(sa.func.count()).select_from(Case).where(*open_ones)
    return Waiting(db.session.scalar(every) or 0, cases)


def recount(resource_ids: Iterable[int] | None = None, *, today: date) -> None:
    """Each of these resources (None: all) knows how many offices it failed since it was assured.

    What was filed on the day of the assurance, or longer ago than an assurance lasts, is left out.
    """
    wanted = None if resource_ids is None else sorted(set(resource_ids))
    if wanted == []:
        return
    begins = clock.midnight(today - timedelta(days=STALE_AFTER_DAYS))
    failed = (
        sa.select(Resource.id, Resource.assured_on, Case.organisation_id, Case.submitted_at)
        .join(CaseTick, CaseTick.resource_id == Resource.id)
        .join(Case, Case.id == CaseTick.case_id)
        .where(CaseTick.result.in_(FAILED), policy.counted(), Case.submitted_at >= begins)
    )
    known = sa.select(Resource.id, Resource.doubts)
    if wanted is not None:
        failed, known = failed.where(Resource.id.in_(wanted)), known.where(Resource.id.in_(wanted))
    offices = defaultdict[int, set[int]](set)
    for row in db.session.execute(failed):
        if row.assured_on is None or clock.local(row.submitted_at).date() > row.assured_on:
            offices[row.id].add(row.organisation_id)
    for key, doubts in db.session.execute(known).all():
        if doubts != len(offices[key]):
            # No new version: nobody has changed what the entry says.
            row_of = sa.update(Resource).where(Resource.id == key)
            db.session.execute(row_of.values(doubts=len(offices[key])))
