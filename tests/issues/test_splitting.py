"""Splitting an issue and joining two: cases are never lost, and each act can be taken back."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.letters import make_letter
from tests.regroup import WHY, join, split, undo
from tracker.accounts.roles import Role
from tracker.cases.models import CaseStatus, CaseStep, StepKind
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.issues import queries as issue_queries
from tracker.issues import raised
from tracker.issues import service as issues
from tracker.issues.models import IssueCase, IssueStatus
from tracker.issues.relating import queries, service
from tracker.issues.relating.counts import Count, compare
from tracker.issues.relating.models import KeptApart
from tracker.issues.relating.service import SplitDraft
from tracker.notifications.models import Event

pytestmark = pytest.mark.both
S = IssueStatus


def now():
    return the_clock.now()


@pytest.fixture
def three(aoi, sato):
    """Three accepted cases of Aoi, the last of another type."""
    types = ("HK03", "HK03", "HP02")
    return [factories.accept(factories.make_case(by=aoi, act_type=t), by=sato) for t in types]


@pytest.fixture
def wide(three, sato):
    """An issue that holds all three."""
    return factories.make_issue(sato, *three)


def ids(*cases):
    return [case.id for case in cases]


def held(issue):
    return issue_queries.case_ids(issue.id)


def test_split_cases_go_to_a_new_issue_and_the_others_stay(wide, three, sato):
    act = split(wide, ids(three[2]), sato)
    new = issue_queries.get_issue(sato, act.other_id)
    assert held(wide) == ids(*three[:2])
    assert (held(new), new.status, new.number) == (ids(three[2]), S.CANDIDATE, "R8-02")


def test_split_cases_may_go_to_an_issue_there_is(wide, three, sato):
    other = factories.make_issue(sato, three[2])
    split(wide, ids(*three[1:]), sato, target=other)
    assert held(wide) == ids(three[0])
    assert held(other) == ids(*three[1:])


def test_the_counts_before_and_after_stand_with_the_act(wide, three, sato):
    act = split(wide, ids(three[2]), sato)
    before, after = Count.from_json(act.before), Count.from_json(act.after)
    area = three[0].area_id
    assert before.together == after.together == {("HK03", area): 2, ("HP02", area): 1}
    assert after.second == {("HP02", area): 1}
    line = compare(before, after)[1]
    assert (line.act_type, line.first_before, line.first_after, line.second_after) == (
        "HP02", 1, 0, 1,
    )  # fmt: skip


def test_what_is_planned_is_what_comes_of_it(wide, three, sato):
    draft = SplitDraft(tuple(ids(three[2])), WHY, None, factories.issue_draft(wide.area_id))
    plan = service.plan_split(wide, draft, by=sato)
    act = split(wide, ids(three[2]), sato)
    assert (plan.before, plan.after) == (Count.from_json(act.before), Count.from_json(act.after))


def test_a_split_pair_is_kept_apart_and_the_others_are_not(wide, three, sato):
    split(wide, ids(three[2]), sato)
    first, second, third = ids(*three)
    assert queries.kept_apart(ids(*three)) == {
        frozenset({first, third}),
        frozenset({second, third}),
    }
    assert queries.kept_apart([first, second]) == set()


def test_a_separation_needs_one_row_a_case_not_one_a_pair(wide, three, sato):
    split(wide, ids(three[2]), sato)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(KeptApart)) == len(three)


def test_who_filed_is_told_once_of_each_issue(wide, three, sato, told):
    split(wide, ids(three[2]), sato)
    kinds = [event for event, _withdrawn in told()]
    assert kinds.count(Event.CASE_GROUPED) == 2  # once for each issue


@pytest.mark.parametrize("chosen", [slice(0, 0), slice(0, 3)])
def test_neither_none_nor_all_of_the_cases_are_split_off(wide, three, sato, chosen):
    with pytest.raises(InvalidInputError) as caught:
        split(wide, ids(*three[chosen]), sato)
    assert caught.value.field == "case_ids"


def test_a_split_needs_a_reason(wide, three, sato):
    with pytest.raises(InvalidInputError) as caught:
        split(wide, ids(three[2]), sato, reason="")
    assert caught.value.field == "reason"


def test_only_cases_of_the_issue_are_split_off(wide, three, aoi, sato):
    stray = factories.accept(factories.make_case(by=aoi), by=sato)
    with pytest.raises(InvalidInputError):
        split(wide, ids(stray), sato)


def test_ten_thousand_cases_are_refused_and_nothing_happens(wide, sato):
    with pytest.raises(InvalidInputError) as caught:
        split(wide, range(1, 10_001), sato)
    db.session.rollback()
    assert caught.value.field == "case_ids"
    assert len(held(wide)) == 3


def test_cases_that_do_not_exist_are_not_found(wide, sato):
    with pytest.raises(NotFoundError):
        split(wide, [999_999], sato)


def test_nothing_goes_to_an_issue_of_another_town(wide, three, sato, ono):
    kawai = factories.person_called("kawai")
    theirs = factories.make_issue(kawai, factories.accept(factories.make_case(by=ono), by=kawai))
    for act in (
        lambda: split(wide, ids(three[2]), sato, target=theirs),
        lambda: join(wide, theirs, sato),
    ):
        with pytest.raises(InvalidInputError):
            act()
        db.session.rollback()
    assert len(held(wide)) == 3
    assert len(held(theirs)) == 1


def test_only_who_may_edit_both_issues_splits_and_joins(wide, three, sato, nishi, kato):
    west = factories.make_issue(nishi, factories.accept(factories.make_case(by=kato), by=nishi))
    with pytest.raises(NotAllowedError):
        split(wide, ids(three[2]), sato, target=west)
    db.session.rollback()
    with pytest.raises(NotAllowedError):
        join(west, wide, sato)


def test_joined_issues_hold_the_cases_of_both_once(wide, three, aoi, sato):
    fourth = factories.accept(factories.make_case(by=aoi), by=sato)
    other = factories.make_issue(sato, three[0], fourth)
    join(other, wide, sato)
    assert held(wide) == [*ids(*three), fourth.id]
    rows = sa.select(sa.func.count()).select_from(IssueCase).filter_by(issue_id=other.id)
    assert db.session.scalar(rows) == 0


def test_the_number_that_was_joined_leads_to_the_one_that_stays(wide, three, sato, nishi):
    other = factories.make_issue(sato, three[0])
    join(other, wide, sato)
    sign = queries.signpost(sato, other.id)
    assert (sign.number, sign.kept_id) == (other.number, wide.id)
    for viewer, issue_id in ((nishi, other.id), (sato, wide.id), (sato, 999_999)):
        with pytest.raises(NotFoundError):
            queries.signpost(viewer, issue_id)


def test_a_signpost_to_a_signpost_leads_to_the_last(wide, three, sato):
    first, second = (factories.make_issue(sato, three[0]) for _ in range(2))
    join(first, second, sato)
    join(second, wide, sato)
    assert queries.signpost(sato, first.id).kept_id == wide.id


def test_what_was_joined_stands_in_no_list(wide, three, sato, mori):
    other = factories.make_issue(sato, three[0], status=S.CONFIRMED)
    join(other, wide, sato)
    for person in (sato, mori):
        assert [found[0] for found in issue_queries.open_to_cases(person)] == [wide.id]
        assert queries.choices(person, wide) == []
        with pytest.raises(NotFoundError):
            issue_queries.get_issue(person, other.id)


def test_a_parked_issue_that_was_joined_wakes_no_more(wide, three, sato, road, clock, aoi):
    other = road.lead(factories.make_issue(sato, three[0]), S.PARKED)
    join(other, wide, sato)
    for _ in range(3):
        factories.accept(factories.make_case(by=aoi), by=sato)
    db.session.refresh(other)
    assert other.status is S.PARKED


def test_what_an_office_wished_of_it_is_wished_of_the_one_that_stays(three, aoi, sato):
    other = factories.make_issue(sato, three[0], status=S.CONFIRMED)
    kept = factories.make_issue(sato, three[1])
    wishing = factories.make_case(by=aoi)
    raised.wish(wishing, other.id, by=aoi, at=now())
    act = join(other, kept, sato)
    assert raised.wish_of([wishing.id])[wishing.id].issue_id == kept.id
    undo(act, sato)
    assert raised.wish_of([wishing.id])[wishing.id].issue_id == other.id


@pytest.mark.parametrize(
    "status", [S.ON_AGENDA, S.DECIDED, S.IN_ACTION, S.WATCHING, S.FORWARDED, S.CLOSED, S.DECLINED]
)
def test_what_a_meeting_or_an_action_stands_for_is_not_joined(wide, three, sato, road, status):
    other = road.lead(factories.make_issue(sato, three[0]), status)
    with pytest.raises(ConflictError) as caught:
        join(other, wide, sato)
    assert str(status.label) in caught.value.message


def test_what_the_prefecture_has_a_letter_about_is_not_joined(wide, three, sato, mori):
    other = factories.make_issue(sato, three[0], status=S.CONFIRMED)
    make_letter(other, mori)
    with pytest.raises(ConflictError):
        join(other, wide, sato)


def test_what_waits_for_a_meeting_is_not_joined(wide, three, sato, mori):
    other = factories.make_issue(sato, three[0], status=S.CONFIRMED)
    meeting = factories.plan_meeting(mori)
    factories.put_on_agenda(meeting, other, by=mori)
    with pytest.raises(ConflictError):
        join(other, wide, sato)


def test_an_issue_with_an_open_action_is_not_joined(wide, three, sato):
    other = factories.make_issue(sato, three[0])
    action = factories.make_action(other, sato)
    with pytest.raises(ConflictError):
        join(other, wide, sato)
    db.session.rollback()
    factories.end_action(action, sato)
    join(other, wide, sato)
    assert other.joined_into_id == wide.id


def test_the_one_that_stays_covers_the_area_of_the_other(wide, three, mori, sato):
    town = factories.make_issue(mori, three[0], area_id=None)
    with pytest.raises(InvalidInputError) as caught:
        join(town, wide, mori)
    assert caught.value.field == "kept_id"
    db.session.rollback()
    join(wide, town, mori)
    assert len(held(town)) == 3


def test_a_split_is_taken_back_as_if_it_had_not_been(wide, three, sato):
    rows = sa.select(IssueCase.case_id, IssueCase.attached_by_id, IssueCase.attached_at)
    mine = rows.where(IssueCase.issue_id == wide.id).order_by(IssueCase.case_id)
    before = db.session.execute(mine).all()
    act = split(wide, ids(three[2]), sato)
    undo(act, sato)
    assert db.session.execute(mine).all() == before
    assert queries.kept_apart(ids(*three)) == set()
    assert queries.signpost(sato, act.other_id).kept_id == wide.id


def test_a_join_is_taken_back_as_if_it_had_not_been(wide, three, aoi, sato):
    fourth = factories.accept(factories.make_case(by=aoi), by=sato)
    other = factories.make_issue(sato, three[0], fourth)
    act = join(other, wide, sato)
    undo(act, sato)
    assert (held(wide), held(other)) == (ids(*three), ids(three[0], fourth))
    assert issue_queries.get_issue(sato, other.id).joined_into_id is None


def test_a_case_that_the_split_sorted_waits_again_when_it_is_taken_back(aoi, sato):
    cases = [factories.make_case(by=aoi) for _ in range(2)]
    issue = factories.make_issue(sato, *cases)
    factories.accept(cases[1], by=sato)
    act = split(issue, ids(cases[1]), sato)
    assert cases[1].status is CaseStatus.DISPOSED
    undo(act, sato)
    assert (cases[1].status, cases[1].disposition) == (CaseStatus.ACCEPTED, None)


def test_it_is_taken_back_by_the_same_person_only(wide, three, sato, mori):
    act = split(wide, ids(three[2]), sato)
    with pytest.raises(ConflictError):
        undo(act, mori)


def test_it_is_taken_back_within_a_day_only(wide, three, sato, clock):
    act = split(wide, ids(three[2]), sato)
    clock.move(hours=25)
    with pytest.raises(ConflictError):
        undo(act, sato)


@pytest.mark.parametrize("which", ["issue_id", "other_id"])
def test_it_is_not_taken_back_when_something_was_built_on_it(wide, three, aoi, sato, which):
    act = split(wide, ids(three[2]), sato)
    later = factories.make_case(by=aoi)
    built_on = issue_queries.get_issue(sato, getattr(act, which))
    issues.attach(built_on, [later.id], by=sato, at=now())
    db.session.commit()
    with pytest.raises(ConflictError):
        undo(act, sato)


def test_it_is_taken_back_once(wide, three, sato):
    act = split(wide, ids(three[2]), sato)
    undo(act, sato)
    with pytest.raises(ConflictError):
        undo(act, sato)


def test_who_was_told_already_is_told_that_it_was_taken_back(wide, three, sato, clock, told):
    act = split(wide, ids(three[2]), sato)
    clock.move(minutes=16)
    undo(act, sato)
    assert told()[-1] == (Event.CASE_TAKEN_BACK, False)


def test_the_history_of_the_case_says_where_it_went(wide, three, sato):
    split(wide, ids(three[2]), sato)
    steps = db.session.scalars(
        sa.select(CaseStep).filter_by(case_id=three[2].id).order_by(CaseStep.id)
    ).all()
    assert (steps[-1].kind, steps[-1].sentence) == (StepKind.GROUPED, "通院の付き添い")


def test_not_alike_keeps_each_from_each_until_it_is_lifted(three, sato, mori, clock):
    act = service.keep_apart([[case.id] for case in three], by=sato, at=now())
    db.session.commit()
    assert len(queries.kept_apart(ids(*three))) == 3
    clock.move(hours=48)
    undo(act, mori)
    assert queries.kept_apart(ids(*three)) == set()


def test_what_is_kept_apart_has_two_sides_of_one_town(three, sato, mori, ono):
    theirs = factories.make_case(by=ono)
    for sides, refusal in (
        ([ids(*three)], InvalidInputError),
        ([[three[0].id], [three[0].id]], InvalidInputError),
        ([[three[0].id], [theirs.id]], NotFoundError),
    ):
        with pytest.raises(refusal):
            service.keep_apart(sides, by=sato, at=now())
        db.session.rollback()


def test_a_centre_of_another_area_splits_nothing(wide, three, nishi):
    assert wide.area_id not in nishi.area_ids(Role.CENTRE)
    with pytest.raises(NotAllowedError):
        split(wide, ids(three[2]), nishi)
