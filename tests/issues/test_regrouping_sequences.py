"""Whatever is attached, taken out, split, joined and taken back, in any order: nothing is lost."""

from collections import Counter
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import factories
from tests.regroup import WHY
from tracker.cases import tallies
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.issues import counting, matrix
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.models import IssueCase, RegionalIssue
from tracker.issues.relating import queries, service, twins
from tracker.issues.relating.alike import alike
from tracker.issues.relating.service import SplitDraft

TYPES = ("HK03", "HK03", "HP02", "HK03", "HP02", "MV01")
picks = st.integers(0, 20)
chosen = st.sets(st.integers(0, len(TYPES) - 1), max_size=4)


def town_counts():
    """Cases by type and area, as every figure counts them."""
    rows = db.session.execute(
        sa.select(Case.act_type_code, Case.area_id, Case.duplicate_of_id).order_by(Case.id)
    )
    return Counter((code, area) for code, area, twin in rows if twin is None)


class Town(RuleBasedStateMachine):
    """Steps a centre may take with these cases, each refused or done as a whole."""

    def __init__(self, sato, case_ids):
        super().__init__()
        self.sato, self.case_ids = sato, case_ids
        self.point = db.session.begin_nested()
        self.counts = town_counts()
        self.acts, self.apart, self.twins = [], {}, []
        for ids in (case_ids[:3], case_ids[3:]):
            self.raise_from(ids)

    def raise_from(self, ids):
        draft = factories.issue_draft(self.area())
        who = {"by": self.sato, "at": clock.now(), "today": clock.today()}
        return issues.raise_issue(draft, ids, **who)

    def area(self):
        return db.session.scalar(sa.select(Case.area_id).where(Case.id == self.case_ids[0]))

    def issue(self, pick):
        found = db.session.scalars(
            sa.select(RegionalIssue)
            .where(RegionalIssue.joined_into_id.is_(None))
            .order_by(RegionalIssue.id)
        ).all()
        return found[pick % len(found)]

    def attempt(self, verb):
        """All of it, or nothing."""
        try:
            with db.session.begin_nested():
                return verb()
        except TrackerError:
            db.session.expire_all()
            return None

    @rule(pick=picks, some=chosen)
    def attach(self, pick, some):
        ids = [self.case_ids[index] for index in some]
        issue = self.issue(pick)
        self.attempt(lambda: issues.attach(issue, ids, by=self.sato, at=clock.now()))

    @rule(pick=picks, index=st.integers(0, len(TYPES) - 1))
    def detach(self, pick, index):
        issue = self.issue(pick)
        self.attempt(
            lambda: issues.detach(issue, self.case_ids[index], by=self.sato, at=clock.now())
        )

    @rule(pick=picks, other=st.none() | picks, some=chosen)
    def split(self, pick, other, some):
        issue = self.issue(pick)
        target = None if other is None else self.issue(other)
        held, ids = set(issue_queries.case_ids(issue.id)), [self.case_ids[i] for i in some]
        new = factories.issue_draft(issue.area_id) if target is None else None
        draft = SplitDraft(tuple(ids), WHY, target, new)
        who = {"by": self.sato, "at": clock.now(), "today": clock.today()}
        act = self.attempt(lambda: service.split(issue, draft, **who))
        if act is not None:
            self.acts.append(act)
            self.apart[act.id] = {frozenset({one, rest}) for one in ids for rest in held - set(ids)}

    @rule(pick=picks, other=picks)
    def join(self, pick, other):
        gone, kept = self.issue(pick), self.issue(other)
        who = {"by": self.sato, "at": clock.now(), "today": clock.today()}
        act = self.attempt(lambda: service.join(gone, kept, WHY, **who))
        if act is not None:
            self.acts.append(act)

    @rule(pick=picks)
    def undo(self, pick):
        if not self.acts:
            return
        act = self.acts[-1 - pick % min(3, len(self.acts))]

        def take_back():
            service.undo(act, by=self.sato, at=clock.now())
            return True

        if self.attempt(take_back):
            self.apart.pop(act.id, None)

    @rule(one=st.integers(0, len(TYPES) - 1), other=st.integers(0, len(TYPES) - 1))
    def mark(self, one, other):
        case = db.session.get_one(Case, self.case_ids[one])
        cell = (case.act_type_code, case.area_id)
        marked = self.attempt(
            lambda: twins.mark_duplicate(
                case, self.case_ids[other], WHY, by=self.sato, at=clock.now()
            )
        )
        if marked is not None:
            self.counts = self.counts - Counter({cell: 1})

    @rule(one=st.integers(0, len(TYPES) - 1))
    def release(self, one):
        case = db.session.get_one(Case, self.case_ids[one])

        def take_apart():
            twins.release_duplicate(case, by=self.sato, at=clock.now())
            return True

        if self.attempt(take_apart):
            self.counts = self.counts + Counter({(case.act_type_code, case.area_id): 1})

    @invariant()
    def every_case_exists_and_the_sum_is_the_same(self):
        db.session.flush()
        assert sorted(db.session.scalars(sa.select(Case.id))) == sorted(self.case_ids)
        assert town_counts() == self.counts
        assert tallies.verify() is None

    @invariant()
    def no_case_stands_twice_in_an_issue_nor_in_a_signpost(self):
        held = db.session.execute(sa.select(IssueCase.issue_id, IssueCase.case_id)).all()
        assert len(held) == len(set(held))
        signposts = set(
            db.session.scalars(
                sa.select(RegionalIssue.id).where(RegionalIssue.joined_into_id.is_not(None))
            )
        )
        assert not signposts & {issue_id for issue_id, _case_id in held}

    @invariant()
    def every_signpost_leads_to_an_issue_that_stays(self):
        kept = sa.orm.aliased(RegionalIssue)
        far = db.session.scalars(
            sa.select(RegionalIssue.id)
            .join(kept, kept.id == RegionalIssue.joined_into_id)
            .where(kept.joined_into_id.is_not(None))
        ).all()
        assert not far

    @invariant()
    def twins_form_no_chain(self):
        kept = sa.orm.aliased(Case)
        far = db.session.scalars(
            sa.select(Case.id)
            .join(kept, kept.id == Case.duplicate_of_id)
            .where(kept.duplicate_of_id.is_not(None))
        ).all()
        assert not far

    @invariant()
    def no_pair_that_was_separated_is_proposed(self):
        apart = set().union(*self.apart.values())
        assert queries.kept_apart(self.case_ids) == apart
        cell = counting.cases_of_cell(self.sato, counting.CellFilter(matrix.Period("all")))
        for cluster in alike(cell).clusters:
            ids = cluster.case_ids
            assert not any(
                frozenset({one, two}) in apart for one in ids for two in ids if one != two
            )

    def teardown(self):
        self.point.rollback()
        db.session.expire_all()


@pytest.mark.both
def test_in_any_order_nothing_is_lost(aoi, sato, database):
    ids = [
        factories.accept(factories.make_case(by=aoi, act_type=code), by=sato).id for code in TYPES
    ]
    examples = 12 if db.engine.dialect.name == "sqlite" else 4
    run_state_machine_as_test(
        partial(Town, sato, ids),
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
