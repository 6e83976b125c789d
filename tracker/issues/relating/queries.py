"""Reading what was regrouped, what is kept apart, and how issues belong together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Area, Person
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.issues import policy as issue_policy
from tracker.issues import queries as issue_queries
from tracker.issues.models import OPEN, IssueCase, IssueStatus, RegionalIssue
from tracker.issues.relating import policy
from tracker.issues.relating.counts import Cell
from tracker.issues.relating.models import (
    IssueLink,
    KeptApart,
    LinkKind,
    Regrouping,
    RegroupingKind,
)
from tracker.taxonomy.models import ActType

MOST_OFFERED = 200  # issues in a choice, the newest
MOST_CHOSEN = 500  # cases in a list to tick


def kept_apart(case_ids: Sequence[int]) -> set[frozenset[int]]:
    """Pairs among these cases that were separated, by a split or as not alike; one statement.

    No one proposes them together again; a person may still group them.
    """
    rows = db.session.execute(
        sa.select(KeptApart.regrouping_id, KeptApart.side, KeptApart.case_id)
        .join(Regrouping, Regrouping.id == KeptApart.regrouping_id)
        .where(KeptApart.case_id.in_(case_ids), Regrouping.undone_at.is_(None))
        .order_by(KeptApart.regrouping_id, KeptApart.side, KeptApart.case_id)
    )
    sides: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for act, side, case_id in rows:
        sides[act][side].append(case_id)
    return {
        frozenset({one, other})
        for by_side in sides.values()
        for first, second in combinations(by_side.values(), 2)
        for one in first
        for other in second
    }


def split_from(issue_id: int) -> set[int]:
    """Issues that were split off this one, or from which it was split off."""
    rows = db.session.execute(
        sa.select(Regrouping.issue_id, Regrouping.other_id).where(
            Regrouping.kind == RegroupingKind.SPLIT,
            Regrouping.undone_at.is_(None),
            sa.or_(Regrouping.issue_id == issue_id, Regrouping.other_id == issue_id),
        )
    )
    found = {issue for row in rows for issue in row if issue is not None}
    return found - {issue_id}


def members(issue_ids: Sequence[int]) -> dict[int, dict[int, Cell]]:
    """Counted cases by issue, each with its type and area; an issue without any has none."""
    found: dict[int, dict[int, Cell]] = {issue_id: {} for issue_id in issue_ids}
    rows = db.session.execute(
        sa.select(IssueCase.issue_id, Case.id, Case.act_type_code, Case.area_id)
        .join(Case, Case.id == IssueCase.case_id)
        .where(IssueCase.issue_id.in_(issue_ids), case_policy.counted())
        .order_by(Case.id)
    )
    for issue_id, case_id, code, area_id in rows:
        found[issue_id][case_id] = (code, area_id)
    return found


def counted_in(cells: Sequence[Cell], municipality_id: int) -> dict[Cell, int]:
    """How many cases of the town every figure counts in these types and areas."""
    codes, areas = {code for code, _area in cells}, {area for _code, area in cells}
    rows = db.session.execute(
        sa.select(Case.act_type_code, Case.area_id, sa.func.count())
        .where(
            Case.municipality_id == municipality_id,
            Case.act_type_code.in_(sorted(codes)),
            Case.area_id.in_(sorted(areas)),
            case_policy.counted(),
        )
        .group_by(Case.act_type_code, Case.area_id)
    )
    found = {(code, area_id): count for code, area_id, count in rows}
    return {cell: found.get(cell, 0) for cell in cells}


@dataclass(frozen=True)
class Choice:
    """An issue that may be chosen beside another one."""

    id: int
    number: str
    title: str
    status: IssueStatus
    same_need: bool  # of the same type
    was_split: bool  # once separated from the other one: never proposed, but may be chosen


def choices(viewer: Viewer, issue: RegionalIssue) -> list[Choice]:
    """Other open issues of the town within the viewer's sight, those of the same type first.

    Those that were split from it come last. The newest 200; three statements at most.
    """
    rows = db.session.execute(
        sa.select(
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title,
            RegionalIssue.status,
            RegionalIssue.act_type_code == issue.act_type_code,
        )
        .where(
            issue_policy.visible_to(viewer),
            RegionalIssue.municipality_id == issue.municipality_id,
            RegionalIssue.id != issue.id,
            RegionalIssue.status.in_(sorted(OPEN)),
        )
        .order_by(RegionalIssue.id.desc())
        .limit(MOST_OFFERED)
    )
    apart = split_from(issue.id)
    found = [Choice(*row, was_split=row[0] in apart) for row in rows]
    return sorted(found, key=lambda one: (one.was_split, not one.same_need))


@dataclass(frozen=True)
class Signpost:
    """What was joined into another issue, and where its address leads."""

    number: str
    kept_id: int


def signpost(viewer: Viewer, issue_id: int) -> Signpost:
    """Where the address of an issue leads that was joined into another one.

    :raises NotFoundError: when it is no signpost, or not the viewer's to know
    """
    kept = aliased(RegionalIssue)
    row = db.session.execute(
        sa.select(RegionalIssue.number, kept.id)
        .join(kept, kept.id == RegionalIssue.joined_into_id)
        .where(RegionalIssue.id == issue_id, issue_policy.within_reach(viewer))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Signpost(row[0], row[1])


@dataclass(frozen=True)
class Linked:
    """An issue that belongs to another one."""

    link_id: int
    id: int
    number: str
    title: str
    status: IssueStatus
    shared: int  # cases that support both


@dataclass(frozen=True)
class Together:
    """Cases and offices of an issue and of all its parts, each counted once."""

    cases: int
    offices: int


@dataclass(frozen=True)
class Relations:
    """How an issue belongs to others; together is None without parts."""

    parent: Linked | None
    children: list[Linked]
    related: list[Linked]
    together: Together | None

    @property
    def is_empty(self) -> bool:
        """Does it stand alone?"""
        return self.parent is None and not self.children and not self.related


def relations(viewer: Viewer, issue: RegionalIssue) -> Relations:
    """Parent, parts and related issues that the viewer may know of, each by number.

    One statement, and a second one where there are parts.
    """
    other_id = sa.case(
        (IssueLink.issue_id == issue.id, IssueLink.other_id), else_=IssueLink.issue_id
    )
    mine, theirs = aliased(IssueCase), aliased(IssueCase)
    shared = (
        sa.select(sa.func.count())
        .select_from(mine)
        .join(theirs, theirs.case_id == mine.case_id)
        .where(mine.issue_id == issue.id, theirs.issue_id == RegionalIssue.id)
        .correlate(RegionalIssue)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            IssueLink.kind,
            IssueLink.issue_id,
            IssueLink.id,
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title,
            RegionalIssue.status,
            shared,
        )
        .join(RegionalIssue, RegionalIssue.id == other_id)
        .where(
            sa.or_(IssueLink.issue_id == issue.id, IssueLink.other_id == issue.id),
            issue_policy.visible_to(viewer),
        )
        .order_by(RegionalIssue.fiscal_year, RegionalIssue.serial, RegionalIssue.id)
    )
    parent, children, related = None, [], []
    for kind, part_id, *said in rows:
        linked = Linked(*said)
        if kind is LinkKind.RELATED:
            related.append(linked)
        elif part_id == issue.id:
            parent = linked
        else:
            children.append(linked)
    return Relations(parent, children, related, _together(issue, children))


def _together(issue: RegionalIssue, children: Sequence[Linked]) -> Together | None:
    if not children:
        return None
    row = db.session.execute(
        sa.select(sa.func.count(Case.id.distinct()), sa.func.count(Case.organisation_id.distinct()))
        .select_from(IssueCase)
        .join(Case, Case.id == IssueCase.case_id)
        .where(
            IssueCase.issue_id.in_([issue.id, *(child.id for child in children)]),
            case_policy.counted(),
        )
    ).one()
    return Together(*row)


def open_children(issue_id: int) -> list[str]:
    """Numbers of the parts that are still open, whoever asks; [] when the issue may close."""
    return list(
        db.session.scalars(
            sa.select(RegionalIssue.number)
            .join(IssueLink, IssueLink.issue_id == RegionalIssue.id)
            .where(
                IssueLink.other_id == issue_id,
                IssueLink.kind == LinkKind.CHILD,
                RegionalIssue.status.in_(sorted(OPEN)),
            )
            .order_by(RegionalIssue.fiscal_year, RegionalIssue.serial, RegionalIssue.id)
        )
    )


def links_of(issue_id: int) -> Sequence[IssueLink]:
    """Every link of the issue, by key."""
    return db.session.scalars(
        sa.select(IssueLink)
        .where(sa.or_(IssueLink.issue_id == issue_id, IssueLink.other_id == issue_id))
        .order_by(IssueLink.id)
    ).all()


def parents_of(issue_id: int) -> list[int]:
    """The parent, its parent and so on, nearest first; a circle ends where it would close."""
    found: list[int] = []
    here: int | None = issue_id
    while here is not None:
        here = db.session.scalar(
            sa.select(IssueLink.other_id).where(
                IssueLink.issue_id == here, IssueLink.kind == LinkKind.CHILD
            )
        )
        if here is None or here in found or here == issue_id:
            break
        found.append(here)
    return found


@dataclass(frozen=True)
class Told:
    """One act of regrouping, in words for a list."""

    act: Regrouping
    person: str
    issue_number: str
    other_number: str
    other_title: str  # "" where the other issue is not the reader's to know


def regroupings(viewer: Viewer, issue_id: int) -> list[Told]:
    """What was split off this issue, came to it, or was joined into it; the newest first."""
    of_issue = sa.or_(Regrouping.issue_id == issue_id, Regrouping.other_id == issue_id)
    return _told(viewer, of_issue)


def apart_acts(viewer: Viewer, case_ids: Sequence[int]) -> list[Told]:
    """Acts in force that say of any of these cases that they are not alike; the newest first."""
    of_case = sa.exists().where(
        KeptApart.regrouping_id == Regrouping.id, KeptApart.case_id.in_(case_ids)
    )
    return _told(
        viewer, of_case, Regrouping.kind == RegroupingKind.APART, Regrouping.undone_at.is_(None)
    )


def get_regrouping(viewer: Viewer, regrouping_id: int) -> Told:
    """The act with the numbers of its issues.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = _told(viewer, Regrouping.id == regrouping_id)
    if not found:
        raise NotFoundError
    return found[0]


def _told(viewer: Viewer, *conditions: sa.ColumnElement[bool]) -> list[Told]:
    first, second = aliased(RegionalIssue), aliased(RegionalIssue)
    near = sa.select(RegionalIssue.id).where(issue_policy.within_reach(viewer))
    title = sa.case((second.id.in_(near), second.title), else_="")
    rows = db.session.execute(
        sa.select(Regrouping, Person.name, first.number, second.number, title)
        .join(Person, Person.id == Regrouping.person_id)
        .outerjoin(first, first.id == Regrouping.issue_id)
        .outerjoin(second, second.id == Regrouping.other_id)
        .where(policy.visible_to(viewer), *conditions)
        .order_by(Regrouping.id.desc())
        .limit(MOST_OFFERED)
    )
    return [Told(act, name, *(word or "" for word in words)) for act, name, *words in rows]


def duplicate_act(case_id: int) -> Regrouping | None:
    """The act in force by which this case was marked as filed twice."""
    return db.session.scalars(
        sa.select(Regrouping)
        .where(
            Regrouping.case_id == case_id,
            Regrouping.kind == RegroupingKind.DUPLICATE,
            Regrouping.undone_at.is_(None),
        )
        .order_by(Regrouping.id.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True)
class Names:
    """Words for the types and areas of a comparison."""

    types: dict[str, ActType]
    areas: dict[int, Area]


def names(cells: Sequence[Cell]) -> Names:
    """Types and areas of these cells, in two statements."""
    types = db.session.scalars(
        sa.select(ActType)
        .where(ActType.code.in_(sorted({code for code, _area in cells})))
        .order_by(ActType.code)
    )
    areas = db.session.scalars(
        sa.select(Area)
        .where(Area.id.in_(sorted({area_id for _code, area_id in cells})))
        .order_by(Area.id)
    )
    return Names({act.code: act for act in types}, {area.id: area for area in areas})


def newest_supporting(viewer: Viewer, issue_id: int) -> Sequence[sa.Row[tuple[object, ...]]]:
    """The newest cases of the issue that the viewer may know of, as many as may be chosen."""
    rows = issue_queries.supporting_cases(viewer, issue_id)
    return db.session.execute(rows.order_by(Case.id.desc()).limit(MOST_CHOSEN)).all()
