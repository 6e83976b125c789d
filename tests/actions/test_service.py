"""What becomes of an action, its issue and the directory when somebody does something with it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.models import OrganisationKind
from tracker.accounts.roles import Role
from tracker.actions import queries, service
from tracker.actions.models import Action, ActionEntry, Stage, StopReason
from tracker.cases.models import CaseStep, StepKind
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues.models import IssueStatus
from tracker.notifications.models import Event, Notice
from tracker.resources.models import Resource, ResourceStatus

pytestmark = pytest.mark.both


def log(action):
    """(stage before, stage after, sentence) of each line."""
    return [(e.was, e.became, e.sentence) for e in queries.counting_entries(action.id)]


def entries_about(row):
    """Verbs of the audit log about this row, in order."""
    return db.session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.subject == row.__tablename__, AuditEntry.subject_id == row.id)
        .order_by(AuditEntry.id)
    ).all()


# --- proposing ---


def test_an_action_has_the_number_of_its_town_and_year(action, issue, mori):
    assert (action.number, factories.make_action(issue, by=mori).number) == ("R8-01", "R8-02")


def test_1_april_begins_a_new_year(issue, mori, clock):
    clock.move(days=128)
    assert the_clock.today() == date(2027, 4, 1)
    assert factories.make_action(issue, by=mori).number == "R9-01"


def test_four_people_proposing_at_once_get_four_numbers(app, issue, mori):
    issue_id = issue.id
    db.session.rollback()
    together = threading.Barrier(4)

    def propose(_worker):
        together.wait(10)
        with app.app_context():
            found = db.session.get_one(type(issue), issue_id)
            return factories.make_action(found, by=mori).serial

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(propose, range(4))) == [1, 2, 3, 4]


def test_a_new_action_is_proposed_and_silent_since_then(action, issue, clock):
    assert (action.stage, action.issue_id, action.item_id) == (Stage.PROPOSED, issue.id, None)
    assert action.stage_since == action.last_entry_at == clock.now()
    assert issue.status is IssueStatus.DECIDED


def test_the_proposal_stands_in_the_audit_log_without_its_words(action):
    (entry,) = entries_about(action)
    assert entry.verb == "action.proposed"
    assert entry.facts["now"]["stage"] == "proposed"
    assert set(entry.facts["texts"]) == {"title", "criteria"}
    assert action.title not in str(entry.facts)


def test_whoever_works_for_the_town_may_propose_and_others_may_not(request, issue, mori):
    owner = min(mori.organisation_ids())
    for login in ("sato", "nishi", "mori", "hara", "yama"):
        person = request.getfixturevalue(login)
        assert factories.make_action(issue, by=person, owner_id=owner).stage is Stage.PROPOSED
    for login in ("aoi", "kato", "iin", "ono", "tani", "ken", "kanri"):
        with pytest.raises(NotAllowedError):
            factories.make_action(issue, by=request.getfixturevalue(login), owner_id=owner)


def refused_field(issue, by, **changes):
    """Which field the refusal of this proposal names."""
    with pytest.raises(InvalidInputError) as refused:
        factories.make_action(issue, by=by, **changes)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Action)) == 0
    return refused.value.field


UNFIT = [
    ("title", ""),
    ("title", "移" * 81),
    ("criteria", " "),
    ("criteria", "移" * 401),
    ("criteria", "番号は 123456789018 です。"),
    ("kind", "XX"),
    ("due_on", date(2026, 11, 23)),
    ("owner_id", 999_999),
]


def test_what_does_not_fit_is_refused_by_its_field(issue, mori):
    for field, value in UNFIT:
        assert refused_field(issue, mori, **{field: value}) == field


def test_today_is_a_day_to_have_it_done(issue, mori):
    assert factories.make_action(issue, by=mori, due_on=the_clock.today())


def test_an_office_of_care_managers_or_of_elsewhere_owns_no_action(issue, mori, aoi, tani, ken):
    for person in (aoi, tani, ken):
        assert refused_field(issue, mori, owner_id=min(person.organisation_ids())) == "owner_id"


def test_a_closed_body_owns_no_action(issue, mori):
    town = min(mori.municipality_ids(Role.OFFICER))
    gone = factories.make_organisation(
        "旧NPO", town, kind=OrganisationKind.OTHER, closed_on=the_clock.today()
    )
    assert refused_field(issue, mori, owner_id=gone.id) == "owner_id"


def test_a_group_without_accounts_may_own_one_and_an_officer_moves_it(issue, mori):
    group = factories.make_organisation(
        "見晴らし会", min(mori.municipality_ids(Role.OFFICER)), kind=OrganisationKind.OTHER
    )
    action = factories.make_action(issue, by=mori, owner_id=group.id)
    factories.move_action(action, Stage.STUDY, by=mori)
    (line,) = db.session.scalars(sa.select(ActionEntry))
    assert line.organisation_id == min(mori.organisation_ids())


def test_an_issue_that_is_over_gets_no_action(issue, mori):
    issue.status = IssueStatus.DECLINED
    db.session.commit()
    with pytest.raises(ConflictError):
        factories.make_action(issue, by=mori)


# --- the issue ---


def test_the_first_action_that_begins_sets_its_issue_in_action(action, issue, case, sato):
    factories.move_action(action, Stage.STUDY, by=sato)
    assert issue.status is IssueStatus.IN_ACTION
    steps = db.session.scalars(sa.select(CaseStep).filter_by(case_id=case.id))
    assert StepKind.IN_ACTION in {step.kind for step in steps}


def test_the_second_one_tells_nobody_again(action, issue, sato, mori):
    second = factories.make_action(issue, by=mori)
    factories.move_action(action, Stage.STUDY, by=sato)
    factories.move_action(second, Stage.STUDY, by=mori)
    told = sa.select(sa.func.count()).where(Notice.event == Event.ISSUE_IN_ACTION)
    assert db.session.scalar(told) == 1


@pytest.mark.parametrize("act", ["hold", "write", "stop"])
def test_what_is_no_beginning_leaves_the_issue_decided(act, action, issue, sato, mori, clock):
    factories.make_action(issue, by=mori)
    if act == "hold":
        factories.hold_action(action, by=sato)
    elif act == "write":
        service.write_entry(action, "相談した。", by=sato, at=clock.now())
    else:
        factories.end_action(action, by=sato)
    assert issue.status is IssueStatus.DECIDED


def test_when_all_are_stopped_the_issue_is_open_again(action, issue, sato, mori):
    second = factories.make_action(issue, by=mori)
    factories.move_action(second, Stage.STUDY, by=mori)
    factories.end_action(action, by=sato)
    assert issue.status is IssueStatus.IN_ACTION
    factories.end_action(second, by=mori)
    assert issue.status is IssueStatus.CONFIRMED


def test_two_people_who_stop_the_last_two_actions_at_once_open_the_issue(
    app, action, issue, sato, mori
):
    keys = [(action.id, sato), (factories.make_action(issue, by=mori).id, mori)]
    issue_id = issue.id
    db.session.rollback()
    together = threading.Barrier(2)

    def end(key_and_person):
        together.wait(10)
        with app.app_context():
            found = db.session.get_one(Action, key_and_person[0])
            factories.end_action(found, by=key_and_person[1])

    with ThreadPoolExecutor(2) as people:
        list(people.map(end, keys))
    db.session.expire_all()
    assert db.session.get_one(type(issue), issue_id).status is IssueStatus.CONFIRMED


def test_a_settled_action_beside_a_stopped_one_keeps_the_issue(action, issue, sato, mori):
    second = factories.make_action(issue, by=mori)
    way = (Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW, Stage.SETTLED)
    factories.move_action(action, *way, by=sato)
    factories.end_action(second, by=mori)
    assert issue.status is IssueStatus.WATCHING


# --- going live ---


@pytest.fixture
def on_trial(action, sato):
    """The action at its trial."""
    return factories.move_action(action, Stage.STUDY, Stage.TRIAL, by=sato)


def go_live(action, by, resource_id=None, resource=None, sentence="販売車が来る。"):
    """The action goes live with one of the two."""
    service.go_live(
        action,
        sentence,
        resource_id=resource_id,
        resource=resource,
        facts=factories.NOT_ASKED,
        by=by,
        at=the_clock.now(),
        today=the_clock.today(),
    )
    db.session.commit()


def test_a_described_resource_stands_in_the_directory(on_trial, issue, sato):
    go_live(on_trial, sato, resource=factories.resource_draft(*factories.areas_kept(sato)))
    (made,) = db.session.scalars(sa.select(Resource))
    assert (on_trial.resource_id, made.status) == (made.id, ResourceStatus.LIVE)
    assert (on_trial.stage, issue.status) == (Stage.LIVE, IssueStatus.WATCHING)
    assert issue.effective_on == the_clock.today()


@pytest.mark.parametrize(
    "status", [ResourceStatus.PLANNED, ResourceStatus.TRIAL, ResourceStatus.LIVE]
)
def test_a_resource_of_the_directory_is_in_use_from_now_on(status, on_trial, sato):
    found = factories.make_resource(sato, status=status)
    go_live(on_trial, sato, resource_id=found.id)
    assert (on_trial.resource_id, found.status) == (found.id, ResourceStatus.LIVE)


def test_the_office_is_told_once_however_many_go_live(on_trial, issue, sato, mori):
    second = factories.make_action(issue, by=mori)
    go_live(on_trial, sato, resource_id=factories.make_resource(sato).id)
    factories.move_action(second, Stage.STUDY, Stage.TRIAL, by=mori)
    go_live(second, mori, resource_id=factories.make_resource(mori).id)
    told = sa.select(sa.func.count()).where(Notice.event == Event.RESOURCE_LIVE)
    assert (db.session.scalar(told), issue.status) == (1, IssueStatus.WATCHING)


def refused_live(action, by, **chosen):
    """Which field the refusal to go live names."""
    with pytest.raises(InvalidInputError) as refused:
        go_live(action, by, **chosen)
    db.session.rollback()
    assert action.stage is Stage.TRIAL
    return refused.value.field


def test_without_a_resource_nothing_goes_live(on_trial, sato):
    assert refused_live(on_trial, sato) == "resource_id"


def test_a_resource_that_has_ended_or_is_elsewhere_or_nowhere_is_refused(on_trial, sato, tani):
    ended = factories.make_resource(sato)
    ended.status = ResourceStatus.ENDED
    db.session.commit()
    elsewhere = factories.make_resource(tani)
    for key in (ended.id, elsewhere.id, 999_999):
        assert refused_live(on_trial, sato, resource_id=key) == "resource_id"


def test_without_a_sentence_nothing_goes_live(on_trial, sato):
    found = factories.make_resource(sato)
    assert refused_live(on_trial, sato, resource_id=found.id, sentence=" ") == "sentence"


def test_a_new_resource_that_is_half_described_is_refused_by_its_field(on_trial, sato):
    draft = factories.resource_draft(*factories.areas_kept(sato), contact="")
    assert refused_live(on_trial, sato, resource=draft) == "contact"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Resource)) == 0


def test_redesigned_it_may_go_live_again_with_the_same_resource(on_trial, issue, sato):
    go_live(on_trial, sato, resource_id=factories.make_resource(sato).id)
    way = (Stage.REVIEW, Stage.REDESIGNED, Stage.STUDY, Stage.TRIAL)
    factories.move_action(on_trial, *way, by=sato)
    go_live(on_trial, sato, resource_id=on_trial.resource_id)
    assert (on_trial.stage, issue.status) == (Stage.LIVE, IssueStatus.WATCHING)


# --- holding, stopping, writing, handing over ---


def test_a_hold_says_why_and_until_when(action, sato):
    factories.hold_action(action, by=sato)
    assert action.held_until == the_clock.today() + timedelta(days=30)
    assert log(action) == [(Stage.PROPOSED, Stage.ON_HOLD, "予算の決まるのを待つ。")]


@pytest.mark.parametrize("days", [0, -1])
def test_a_hold_ends_on_a_day_to_come(days, action, sato):
    with pytest.raises(InvalidInputError) as refused:
        factories.hold_action(action, by=sato, days=days)
    assert refused.value.field == "until"


def test_a_stop_keeps_its_reason(action, sato, clock):
    service.stop(action, StopReason.NEED_GONE, "店が戻った。", by=sato, at=clock.now())
    assert action.stopped_because is StopReason.NEED_GONE


ACTS = {
    "move": lambda action, said, **who: service.move(action, Stage.STUDY, said, **who),
    "write": lambda action, said, **who: service.write_entry(action, said, **who),
    "hold": lambda action, said, **who: service.hold(action, date(2026, 12, 28), said, **who),
    "stop": lambda action, said, **who: service.stop(action, StopReason.NO_BUDGET, said, **who),
}


def test_every_line_of_the_log_has_a_sentence(action, sato, clock):
    for act in ACTS.values():
        for said in ("", "　", "長" * 401):
            with pytest.raises(InvalidInputError) as refused:
                act(action, said, by=sato, at=clock.now())
            db.session.rollback()
            assert (refused.value.field, log(action)) == ("sentence", [])


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_one_line_and_one_audit_entry_without_words(act, action, issue, sato, clock):
    clock.move(hours=1)
    ACTS[act](action, "近所の店に話した。", by=sato, at=clock.now())
    db.session.commit()
    assert [line[2] for line in log(action)] == ["近所の店に話した。"]
    entries = entries_about(action)
    assert len(entries) == 2
    assert "近所" not in str(entries[-1].facts)
    assert set(entries[-1].facts["texts"]) == {"sentence"}
    assert action.last_entry_at == clock.now()
    assert list(audit.verify({})) == []


def test_an_entry_ends_the_silence_and_moves_nothing(action, sato, clock):
    clock.move(days=91)
    assert action.is_stalled(the_clock.today(), clock.now())
    service.write_entry(action, "店主に会った。", by=sato, at=clock.now())
    assert not action.is_stalled(the_clock.today(), clock.now())
    assert (action.stage, action.stage_since < clock.now()) == (Stage.PROPOSED, True)


def test_an_action_that_has_ended_can_still_be_written_about(action, sato, clock):
    factories.end_action(action, by=sato)
    service.write_entry(action, "翌年に別の店が来た。", by=sato, at=clock.now())
    assert action.stage is Stage.STOPPED


def hand_over(action, owner_id, by):
    """Another organisation has the action."""
    service.reassign(action, owner_id, "社協が担う。", by=by, at=the_clock.now())
    db.session.commit()


def test_the_log_says_who_has_it_from_now_on(action, mori, yama):
    council = min(yama.organisation_ids())
    hand_over(action, council, mori)
    (line,) = queries.counting_entries(action.id)
    assert (line.owner_id, line.was, line.became) == (council, Stage.PROPOSED, Stage.PROPOSED)
    assert entries_about(action)[-1].facts["now"] == {"owner_id": council}


def test_the_new_owner_moves_it_and_the_old_one_does_not(action, mori, yama, sato, clock):
    hand_over(action, min(yama.organisation_ids()), mori)
    service.move(action, Stage.STUDY, "始める。", by=yama, at=clock.now())
    db.session.commit()
    with pytest.raises(NotAllowedError):
        service.move(
            action, Stage.TRIAL, "試す。", by=sato, at=clock.now(), facts=factories.NOT_ASKED
        )


def test_it_is_handed_to_somebody_else_who_can_take_it(action, mori, sato, aoi, tani):
    for person in (sato, aoi, tani):
        with pytest.raises(InvalidInputError) as refused:
            hand_over(action, min(person.organisation_ids()), mori)
        db.session.rollback()
        assert refused.value.field == "owner_id"


def test_what_has_ended_is_not_handed_over(action, mori, yama):
    factories.end_action(action, by=mori)
    with pytest.raises(ConflictError):
        hand_over(action, min(yama.organisation_ids()), mori)


def test_the_log_names_the_organisation_somebody_acted_for(action, sato, mori, clock):
    service.write_entry(action, "会った。", by=sato, at=clock.now())
    service.write_entry(action, "確かめた。", by=mori, at=clock.now())
    owners = [line.organisation_id for line in queries.counting_entries(action.id)]
    assert owners == [min(sato.organisation_ids(Role.CENTRE)), min(mori.organisation_ids())]


def test_a_closed_issue_does_not_stand_in_the_way_of_its_actions(action, issue, sato, mori, clock):
    factories.move_action(action, Stage.STUDY, by=sato)
    issue.status = IssueStatus.CLOSED
    db.session.commit()
    factories.end_action(action, by=sato)
    assert (action.stage, issue.status) == (Stage.STOPPED, IssueStatus.CLOSED)
