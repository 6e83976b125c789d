"""The counted cells are as the cases say, whatever is done to cases and by whichever path."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases import filing, service, tallies
from tracker.cases.filing import CaseDraft
from tracker.cases.models import Case, CaseStatus
from tracker.cases.tallies import CaseTally
from tracker.core import clock as the_clock
from tracker.core.db import db

JUNE = date(2026, 6, 1)


def cells():
    """(month, type, cases, minutes) of every cell, in order."""
    rows = db.session.execute(
        sa.select(
            CaseTally.occurred_month, CaseTally.act_type_code, CaseTally.cases, CaseTally.minutes
        ).order_by(*sa.inspect(CaseTally).primary_key)
    )
    return [tuple(row) for row in rows]


@pytest.mark.both
def test_two_cases_of_one_cell_are_one_row(aoi):
    factories.make_case(by=aoi, occurred_month=JUNE)
    factories.make_case(by=aoi, occurred_month=JUNE, times_handled=1, minutes_each=15)
    assert cells() == [(JUNE, "HK03", 2, 135)]


@pytest.mark.both
def test_a_case_that_is_revised_leaves_its_cell_and_the_empty_cell_goes(aoi):
    case = factories.make_case(by=aoi, occurred_month=JUNE)
    revise(case, aoi, act_type="MV01", minutes_each=20)
    assert cells() == [(JUNE, "MV01", 1, 60)]


@pytest.mark.both
def test_a_withdrawn_case_is_in_no_cell(aoi):
    factories.withdraw(factories.make_case(by=aoi), by=aoi)
    assert cells() == []


@pytest.mark.both
def test_a_case_that_was_filed_twice_is_counted_once(aoi):
    kept, again = factories.make_case(by=aoi), factories.make_case(by=aoi)
    again.duplicate_of_id = kept.id
    db.session.commit()
    assert [cell[2] for cell in cells()] == [1]
    again.duplicate_of_id = None
    db.session.commit()
    assert [cell[2] for cell in cells()] == [2]


@pytest.mark.both
def test_deleted_rows_and_rows_changed_at_once_are_followed(aoi, kato):
    for person in (aoi, aoi, kato):
        factories.make_case(by=person)
    db.session.execute(sa.update(Case).values(occurred_month=JUNE, times_handled=1))
    assert [(cell[0], cell[2]) for cell in cells()] == [(JUNE, 2), (JUNE, 1)]
    db.session.execute(sa.update(Case).where(Case.id > 1).values(status=CaseStatus.WITHDRAWN))
    assert [cell[2] for cell in cells()] == [1]
    assert tallies.verify() is None
    db.session.rollback()


@pytest.mark.both
def test_what_is_rolled_back_is_counted_nowhere(aoi):
    draft = factories.case_draft(min(aoi.area_ids(Role.AGENCY)))
    whence = filing.Whence(min(aoi.organisation_ids(Role.AGENCY)))
    filing.file_case(draft, whence, by=aoi, at=the_clock.now(), today=the_clock.today())
    db.session.rollback()
    assert cells() == []


def revise(case, by, **changes):
    """The office says something else of its case."""
    db.session.refresh(case, ["ticks"])
    draft = replace(CaseDraft.of(case), **changes)
    filing.revise_case(case, draft, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()


MONTHS = st.sampled_from([date(2026, month, 1) for month in (3, 4, 11)])
TYPES = st.sampled_from(["HK03", "HK01", "MV01"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("file"), MONTHS, TYPES, st.integers(1, 3)),
        st.tuples(st.just("revise"), st.integers(0, 9), MONTHS, TYPES),
        st.tuples(
            st.sampled_from(["withdraw", "back", "accept", "sort", "undo"]), st.integers(0, 9)
        ),
    ),
    min_size=3,
    max_size=12,
)


def walk(steps, aoi, sato):
    """Take these steps as far as each follows from where its case stands."""
    made = []
    for what, *how in steps:
        if what == "file":
            month, act_type, times = how
            made.append(
                factories.make_case(
                    by=aoi, occurred_month=month, act_type=act_type, times_handled=times
                )
            )
        elif made:
            take(what, made[how[0] % len(made)], how[1:], aoi, sato)


def take(what, case, how, aoi, sato):
    """One step; none where the case stands elsewhere."""
    waits = case.status in {CaseStatus.SUBMITTED, CaseStatus.RETURNED}
    if what == "revise" and waits:
        revise(case, aoi, occurred_month=how[0], act_type=how[1])
    elif what == "withdraw" and waits:
        factories.withdraw(case, by=aoi)
    elif what == "back" and case.status in {CaseStatus.SUBMITTED, CaseStatus.ACCEPTED}:
        factories.send_back(case, by=sato)
    elif what == "accept" and case.status is CaseStatus.SUBMITTED:
        factories.accept(case, by=sato)
    elif what == "sort" and case.status is CaseStatus.ACCEPTED:
        factories.sort(case, by=sato, answer=factories.ANSWER)
    elif what == "undo" and case.status in {CaseStatus.ACCEPTED, CaseStatus.CLOSED}:
        service.undo_last(case, by=sato, at=the_clock.now())
        db.session.commit()


@pytest.mark.both
@settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_after_any_steps_the_cells_equal_a_live_group_by(app, aoi, sato, steps):
    walk(steps, aoi, sato)
    assert tallies.verify() is None
    live = db.session.execute(
        sa.select(sa.func.count(), sa.func.sum(Case.times_handled * Case.minutes_each)).where(
            Case.status != CaseStatus.WITHDRAWN
        )
    ).one()
    kept = db.session.execute(
        sa.select(sa.func.coalesce(sa.func.sum(CaseTally.cases), 0), sa.func.sum(CaseTally.minutes))
    ).one()
    assert tuple(kept) == tuple(live)
