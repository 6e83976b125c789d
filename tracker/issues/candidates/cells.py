"""Reading for the rule, whoever asks: which cells to look at, their cases, what speaks of them.

A cell is an area and an act type. Case counts are those of the matrix: withdrawn cases and the
second filing of one event are left out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db, insert_or_skip
from tracker.issues.candidates.deciding import Around
from tracker.issues.candidates.models import (
    Candidate,
    CandidateCase,
    CandidateLook,
    CandidateState,
    LearntRule,
)
from tracker.issues.candidates.rule import Fact, Learnt, Rule
from tracker.issues.models import IssueCase, IssueStatus, RegionalIssue
from tracker.issues.relating.models import KeptApart, Regrouping
from tracker.settings.values.definitions import keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key, TownValue

Cell = tuple[int, str]  # area, act type
TownLearnt = tuple[str, int | None, Learnt]  # of a type, in an area (None: in each by itself)
AT_ONCE = 300  # cells in one statement


def town_rule(numbers: Mapping[Key, int]) -> Rule:
    """The rule with these numbers of a town."""
    return Rule(
        cases=numbers[Key.RULE_CASES],
        months=numbers[Key.RULE_MONTHS],
        offices=numbers[Key.RULE_OFFICES],
        hours=numbers[Key.RULE_HOURS],
        single=bool(numbers[Key.RULE_SINGLE]),
    )


def learnt_rules(municipality_id: int) -> list[TownLearnt]:
    """The town's learnt rules that hold, by id."""
    rows = db.session.scalars(
        sa.select(LearntRule)
        .where(LearntRule.municipality_id == municipality_id, LearntRule.ended_at.is_(None))
        .order_by(LearntRule.id)
    )
    return [
        (
            row.act_type_code,
            row.area_id,
            Learnt(row.id, row.cases, row.months, row.offices, row.gap),
        )
        for row in rows
    ]


def facts(
    municipality_id: int, first: date, last: date, cells: Collection[Cell] | None = None
) -> dict[Cell, list[Fact]]:
    """The counted cases of these months by cell; cells without a case are left out.

    :param cells: None: every cell of the town
    """
    found: dict[Cell, list[Fact]] = {}
    for chosen in _in_batches(cells):
        rows = db.session.execute(
            sa.select(
                Case.area_id,
                Case.act_type_code,
                Case.id,
                Case.occurred_month,
                Case.organisation_id,
                Case.client_key,
                Case.times_handled * Case.minutes_each,
                Case.gap,
                Case.urgency,
            )
            .where(
                Case.municipality_id == municipality_id,
                Case.occurred_month.between(first, last),
                case_policy.counted(),
                *chosen,
            )
            .order_by(Case.id)
        )
        for row in rows:
            found.setdefault((row[0], row[1]), []).append(Fact(*row[2:]))
    return found


def _in_batches(cells: Collection[Cell] | None) -> Iterator[list[sa.ColumnElement[bool]]]:
    if cells is None:
        yield []
        return
    pair = sa.tuple_(Case.area_id, Case.act_type_code)
    ordered = sorted(cells)
    for start in range(0, len(ordered), AT_ONCE):
        yield [pair.in_(ordered[start : start + AT_ONCE])]


@dataclass(frozen=True)
class LastLook:
    """When a town was looked at; nothing: never."""

    at: datetime
    month: date


def last_look(municipality_id: int, *, at: datetime) -> LastLook | None:
    """The town's last look; nobody else looks at the town until the end of the transaction."""
    table = CandidateLook.__table__
    first = datetime.fromtimestamp(0, tz=at.tzinfo)
    db.session.execute(
        insert_or_skip(table).values(  # type: ignore[arg-type]
            municipality_id=municipality_id, looked_at=first, month=first.date()
        )
    )
    row = db.session.scalars(
        sa.select(CandidateLook)
        .where(CandidateLook.municipality_id == municipality_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return LastLook(row.looked_at, row.month) if row.looked_at > first else None


def note_look(municipality_id: int, *, at: datetime, month: date) -> None:
    """The next look takes what comes from now on."""
    db.session.execute(
        sa.update(CandidateLook)
        .where(CandidateLook.municipality_id == municipality_id)
        .values(looked_at=at, month=month)
    )


def rule_changed(municipality_id: int, since: datetime) -> bool:
    """Were the town's numbers or its learnt rules changed since then, or did the day come on
    which numbers that were set before begin to hold?"""
    numbers = sa.exists().where(
        TownValue.municipality_id == municipality_id,
        TownValue.key.in_(keys_of(NumberGroup.RULE)),
        TownValue.valid_from <= clock.today(),
        sa.or_(TownValue.changed_at >= since, TownValue.valid_from > clock.local(since).date()),
    )
    learnt = sa.exists().where(
        LearntRule.municipality_id == municipality_id, LearntRule.updated_at >= since
    )
    return db.session.scalar(sa.select(sa.or_(numbers, learnt))) is True


def touched(municipality_id: int, since: datetime, *, today: date, new_month: bool) -> set[Cell]:
    """Cells in which something may follow: in all others no case, candidate or issue was changed,
    and nothing separated.

    A case that was moved to another type or area, withdrawn or filed twice touches the cell it
    left through the candidate that rests on it; a cell nobody touched can only lose cases, as the
    months go on, and then only an open candidate is concerned.
    """
    in_town = Candidate.municipality_id == municipality_id
    cell = sa.select(Candidate.area_id, Candidate.act_type_code).where(in_town)
    changed_case = sa.and_(Case.municipality_id == municipality_id, Case.updated_at >= since)
    came = sa.select(Case.area_id, Case.act_type_code).where(changed_case)
    left = cell.join(CandidateCase, CandidateCase.candidate_id == Candidate.id)
    left = left.join(Case, Case.id == CandidateCase.case_id).where(changed_case)
    issue_changed = cell.join(
        RegionalIssue,
        sa.and_(
            RegionalIssue.municipality_id == municipality_id,
            RegionalIssue.updated_at >= since,
            sa.or_(
                RegionalIssue.id == Candidate.issue_id,
                sa.and_(
                    RegionalIssue.act_type_code == Candidate.act_type_code,
                    sa.or_(
                        RegionalIssue.area_id.is_(None),
                        RegionalIssue.area_id == Candidate.area_id,
                    ),
                ),
            ),
        ),
    )
    due = cell.where(Candidate.state == CandidateState.PARKED, Candidate.parked_until <= today)
    parts = [came, left, issue_changed, due, _parted(municipality_id, since)]
    if new_month:
        parts.append(cell.where(Candidate.state == CandidateState.OPEN))
    rows = db.session.execute(sa.union(*parts))
    return {(row[0], row[1]) for row in rows}


def _parted(municipality_id: int, since: datetime) -> sa.Select[int, str]:
    """Cells of cases that were separated since then, or whose separation was taken back."""
    return (
        sa.select(Case.area_id, Case.act_type_code)
        .join(KeptApart, KeptApart.case_id == Case.id)
        .join(Regrouping, Regrouping.id == KeptApart.regrouping_id)
        .where(
            Regrouping.municipality_id == municipality_id,
            sa.or_(Regrouping.at >= since, Regrouping.undone_at >= since),
        )
    )


def candidates_of(municipality_id: int, cells: Collection[Cell] | None) -> dict[Cell, Candidate]:
    """The candidates of these cells (None: of the town), held until the end."""
    found = db.session.scalars(
        sa.select(Candidate)
        .where(Candidate.municipality_id == municipality_id)
        .order_by(Candidate.id)
        .execution_options(populate_existing=True)
        .with_for_update()
    )
    known = {(row.area_id, row.act_type_code): row for row in found}
    return known if cells is None else {cell: known[cell] for cell in cells if cell in known}


def held_cases(candidate_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The cases each of these rests on."""
    held: dict[int, set[int]] = {candidate_id: set() for candidate_id in candidate_ids}
    rows = db.session.execute(
        sa.select(CandidateCase.candidate_id, CandidateCase.case_id)
        .where(CandidateCase.candidate_id.in_(candidate_ids))
        .order_by(CandidateCase.candidate_id, CandidateCase.case_id)
    )
    for candidate_id, case_id in rows:
        held[candidate_id].add(case_id)
    return {candidate_id: frozenset(ids) for candidate_id, ids in held.items()}


@dataclass(frozen=True)
class Issues:
    """What a town's issues say of its cells."""

    alive: dict[tuple[str, int | None], int]  # type and area (None: all of them) → lowest id
    ids: frozenset[int]  # of all that were not turned down
    declined: dict[tuple[str, int | None], int]  # type and area → cases of the last

    def around(self, cell: Cell, known: int | None) -> Around:
        """What they say of this cell; `known` is the issue its candidate names."""
        area_id, act_type = cell
        keys = ((act_type, area_id), (act_type, None))
        alive = [self.alive[key] for key in keys if key in self.alive]
        if known in self.ids:
            alive.insert(0, known)
        declined = [self.declined[key] for key in keys if key in self.declined]
        return Around(alive[0] if alive else None, max(declined, default=0))


def issues_of(municipality_id: int) -> Issues:
    """The town's issues, in two statements.

    One that is closed still speaks of its cells: a new case opens it again by itself.
    """
    rows = db.session.execute(
        sa.select(
            RegionalIssue.id,
            RegionalIssue.act_type_code,
            RegionalIssue.area_id,
            RegionalIssue.status,
            RegionalIssue.joined_into_id,
        )
        .where(RegionalIssue.municipality_id == municipality_id)
        .order_by(RegionalIssue.id.desc())
    ).all()
    ids = frozenset(row.id for row in rows if row.status is not IssueStatus.DECLINED)
    own = [row for row in rows if row.joined_into_id is None]  # the others are signposts
    alive = {(row.act_type_code, row.area_id): row.id for row in own if row.id in ids}
    turned_down = [row for row in reversed(own) if row.id not in ids]
    last = {(row.act_type_code, row.area_id): row.id for row in turned_down}
    counted = db.session.execute(
        sa.select(IssueCase.issue_id, sa.func.count())
        .where(IssueCase.issue_id.in_(sorted(last.values())))
        .group_by(IssueCase.issue_id)
    )
    counts = {issue_id: count for issue_id, count in counted}  # noqa: C416 - rows, not tuples
    return Issues(alive, ids, {key: counts.get(issue_id, 0) for key, issue_id in last.items()})
