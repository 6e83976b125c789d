"""Reading cases: lists, one case with its history, the inbox, the counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Area, Organisation
from tracker.accounts.viewer import Viewer
from tracker.cases import policy
from tracker.cases.models import (
    ANSWERS,
    BESIDE_THE_ROAD,
    STAYS_OPEN,
    Case,
    CaseStatus,
    CaseStep,
    OfficeReveal,
    StepKind,
)
from tracker.cases.policy import Group
from tracker.cases.stages import Stage, stages
from tracker.core import text
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import listed, named
from tracker.core.paging import Rows
from tracker.taxonomy.models import ActType


@dataclass(frozen=True)
class CaseFilter:
    """What a list is narrowed to; everything empty: all."""

    status: CaseStatus | None = None
    query: str = ""
    awaited: bool | None = None  # sorted ones: does a meeting or an issue come first?


def cases(viewer: Viewer, wanted: CaseFilter) -> Rows:
    """Cases the viewer may know of, to page by id; the office's name only where it is theirs."""
    known = policy.office_known_to(viewer)
    return (
        sa.select(
            Case.id,
            Case.number,
            Case.status,
            Case.status_since,
            Case.occurred_month,
            Case.submitted_at,
            Case.times_handled,
            Case.minutes_each,
            Case.disposition,
            ActType.name_ja.label("act_ja"),
            ActType.name_en.label("act_en"),
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
            sa.case((known, Organisation.name_ja)).label("office_ja"),
            sa.case((known, Organisation.name_en)).label("office_en"),
        )
        .join(ActType, ActType.code == Case.act_type_code)
        .join(Area, Area.id == Case.area_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(policy.visible_to(viewer), *_narrowed(wanted))
    )


def _narrowed(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(Case.status == wanted.status)
    if wanted.awaited is not None:
        stays = Case.disposition.in_(sorted(STAYS_OPEN))
        conditions.append(stays if wanted.awaited else sa.not_(stays))
    for word in text.words(wanted.query):
        in_text = Case.search_text.contains(word, autoescape=True)
        conditions.append(sa.or_(in_text, _number_is(word)))
    return conditions


def _number_is(word: str) -> sa.ColumnElement[bool]:
    """R8-13101-0042 in whole, or as it is said inside one town: R8-0042."""
    typed = text.digits(word).upper()
    year, dash, serial = typed.partition("-")
    inside_town: sa.ColumnElement[bool] = sa.false()
    if dash and serial.isdigit() and year.isalnum():  # no wildcard of LIKE
        pattern = f"{year}-_____-{int(serial):04}"
        inside_town = Case.number.like(pattern)
    return sa.or_(Case.number == typed, inside_town)


def get_case(viewer: Viewer, case_id: int) -> Case:
    """The case with its office, area, town, act type and ticks.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = (
        db.session.scalars(
            sa.select(Case)
            .where(Case.id == case_id, policy.visible_to(viewer))
            .options(
                joinedload(Case.organisation),
                joinedload(Case.area),
                joinedload(Case.municipality),
                joinedload(Case.act_type).joinedload(ActType.family),
                joinedload(Case.ticks),
            )
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFoundError
    return found


def question_of(case: Case) -> str:
    """What the centre asks of the office, while the case is with it; else ""."""
    if case.status is not CaseStatus.RETURNED:
        return ""
    last = last_step(case.id)
    return last.sentence if last is not None and last.kind is StepKind.RETURNED else ""


def last_step(case_id: int) -> CaseStep | None:
    """The newest step that counts: not one taken back, the taking back, or one beside the road."""
    return db.session.scalars(
        sa.select(CaseStep)
        .where(
            CaseStep.case_id == case_id,
            CaseStep.undone_at.is_(None),
            CaseStep.kind.not_in(sorted(BESIDE_THE_ROAD)),
        )
        .order_by(CaseStep.id.desc())
        .limit(1)
    ).one_or_none()


def steps_of_act(case_id: int, act: str) -> Sequence[CaseStep]:
    """What one click did to the case, first to last."""
    return db.session.scalars(
        sa.select(CaseStep)
        .where(CaseStep.case_id == case_id, CaseStep.act == act)
        .order_by(CaseStep.id)
    ).all()


@dataclass(frozen=True)
class Entry:
    """One line of a case's history as this viewer may read it."""

    kind: StepKind
    when: datetime
    who: str
    sentence: str
    taken_back: bool

    @property
    def what(self) -> str:
        """What happened, in words."""
        return str(self.kind.label)


@dataclass(frozen=True)
class CasePage:
    """A case as one viewer may read it."""

    case: Case
    office: str
    entries: list[Entry]
    stages: list[Stage]
    answers: list[Entry]
    groups: frozenset[Group]
    last: CaseStep | None = field(repr=False, default=None)

    @property
    def reads_narrative(self) -> bool:
        """May the viewer read what happened?"""
        return Group.NARRATIVE in self.groups

    @property
    def stands_for_another(self) -> bool:
        """Was the same event filed twice, so that another case goes on under this number?"""
        return any(e.kind is StepKind.STANDS_FOR and not e.taken_back for e in self.entries)

    @property
    def knows_office(self) -> bool:
        """Is the office called by its name here?"""
        return Group.FILER in self.groups


def case_page(viewer: Viewer, case_id: int, *, at: datetime | None = None) -> CasePage:
    """The case, its office as far as the viewer may know it, history, stages and answers.

    :param at: now, so that a name shown for a day is shown; None: no such showing counts
    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    case = get_case(viewer, case_id)
    steps = db.session.scalars(
        sa.select(CaseStep)
        .where(CaseStep.case_id == case.id)
        .options(joinedload(CaseStep.organisation))
        .order_by(CaseStep.id)
    ).all()
    groups = policy.readable(viewer, case)
    if at is not None and policy.can_reveal(viewer, case) and _revealed(viewer, case, at):
        groups |= {Group.FILER}
    known = Group.FILER in groups
    office = named(case.organisation) if known else _some_office(case)
    changes = _class_changes(steps)
    entries = [_entry(step, case, office, changes.get(step.id)) for step in steps]
    counting = [step for step in steps if step.undone_at is None]
    return CasePage(
        case=case,
        office=office,
        entries=entries,
        stages=stages(case, counting),
        answers=[e for e in entries if e.kind in ANSWERS and not e.taken_back],
        groups=groups,
        last=next((s for s in reversed(counting) if s.kind not in BESIDE_THE_ROAD), None),
    )


def _revealed(viewer: Viewer, case: Case, at: datetime) -> bool:
    """Did this person ask for the office's name within the last day?"""
    asked = sa.exists().where(
        OfficeReveal.case_id == case.id,
        OfficeReveal.person_id == viewer.person_id,
        OfficeReveal.at > at - policy.REVEALED_FOR,
    )
    return bool(db.session.scalar(sa.select(asked)))


def _some_office(case: Case) -> str:
    return _("an office in %(area)s", area=named(case.area))


def _entry(step: CaseStep, case: Case, office: str, change: str | None) -> Entry:
    by_filer = step.organisation_id == case.organisation_id
    who = office if by_filer else named(step.organisation)
    sentence = f"{change}\n{step.sentence}" if change else step.sentence
    return Entry(step.kind, step.at, who, sentence, step.undone_at is not None)


def _class_changes(steps: Sequence[CaseStep]) -> dict[int, str]:
    """What type and area were before and after, in words, by step; asks only where any are."""
    kept = {step.id: step.changed for step in steps if step.kind is StepKind.RECLASSIFIED}
    sides = [side for changed in kept.values() if changed for side in changed.values()]
    if not sides:
        return {}
    codes, keys = {s["act_type_code"] for s in sides}, {s["area_id"] for s in sides}
    types = db.session.scalars(
        sa.select(ActType).where(ActType.code.in_(codes)).order_by(ActType.code)
    )
    areas = db.session.scalars(sa.select(Area).where(Area.id.in_(keys)).order_by(Area.id))
    names: dict[object, str] = {t.code: named(t) for t in types}
    names |= {area.id: named(area) for area in areas}
    return {
        key: listed(
            f"{names[changed['was'][name]]} → {names[changed['now'][name]]}"
            for name in ("act_type_code", "area_id")
            if changed["was"][name] != changed["now"][name]
        )
        for key, changed in kept.items()
        if changed
    }


@dataclass(frozen=True)
class Waiting:
    """What waits, as counts for a home page."""

    submitted: int = 0
    returned: int = 0
    accepted: int = 0
    to_answer: int = 0  # sorted, nothing awaited, not answered yet
    under_way: int = 0  # sorted, waits for a meeting or an issue
    closed: int = 0


def waiting(viewer: Viewer) -> Waiting:
    """Counts of the viewer's cases by what has to be done, in one statement."""
    stays = Case.disposition.in_(sorted(STAYS_OPEN))
    rows = db.session.execute(
        sa.select(Case.status, sa.case((stays, 1), else_=0).label("stays"), sa.func.count())
        .where(policy.visible_to(viewer), Case.duplicate_of_id.is_(None))
        .group_by(Case.status, "stays")
    )
    counts = {(status, bool(stays)): count for status, stays, count in rows}

    def of(status: CaseStatus) -> int:
        return counts.get((status, False), 0) + counts.get((status, True), 0)

    return Waiting(
        submitted=of(CaseStatus.SUBMITTED),
        returned=of(CaseStatus.RETURNED),
        accepted=of(CaseStatus.ACCEPTED),
        to_answer=counts.get((CaseStatus.DISPOSED, False), 0),
        under_way=counts.get((CaseStatus.DISPOSED, True), 0),
        closed=of(CaseStatus.CLOSED),
    )
