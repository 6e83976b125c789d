"""The life cycle of an issue: its edges are the contract's, every other step is refused."""

from datetime import timedelta

import pytest

from tests import factories
from tracker.cases.history import new_act
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError, NotFoundError
from tracker.issues import queries, service
from tracker.issues.models import EDGES, ClosedAs, IssueStatus, IssueStepKind

S = IssueStatus
# The agreed life cycle, written out by hand: Issue.
CONTRACT = """
candidate → confirmed | parked | declined
confirmed → on_agenda
on_agenda → confirmed | decided | parked | declined | forwarded
parked, forwarded → confirmed
decided → in_action
decided, in_action → confirmed
in_action → watching
watching → closed
confirmed, decided, in_action, watching → closed
closed → in_action | confirmed
"""


def edges_of_the_contract():
    found = set()
    for line in CONTRACT.strip().splitlines():
        starts, ends = line.split("→")
        for start in starts.split(","):
            found |= {(start.strip(), end.strip()) for end in ends.split("|")}
    return found


def test_edges_are_those_of_the_contract():
    assert {(start.value, end.value) for start, end in EDGES} == edges_of_the_contract()


def draft_of(issue):
    return factories.issue_draft(issue.area_id, title="買い物に行けない")


def until(at):
    return at.date() + timedelta(days=60)


PEOPLE = {
    "confirm": service.confirm,
    "park": lambda issue, **who: service.park(
        issue, until=until(who["at"]), wakes_at_cases=None, reason="予算を待つ。", **who
    ),
    "decline": lambda issue, **who: service.decline(issue, "配達があります。", **who),
    "wake": lambda issue, **who: service.wake(issue, "急ぎになった。", **who),
    "rewrite": lambda issue, **who: service.rewrite(
        issue, draft_of(issue), today=who["at"].date(), **who
    ),
    "answer_from_above": lambda issue, **who: service.answer_from_above(
        issue, "県も考える。", **who
    ),
    "propose_close": lambda issue, **who: service.propose_close(
        issue, ClosedAs.AWARENESS, "案内を作りました。", today=who["at"].date(), **who
    ),
}
MEETING = {
    "put_on_agenda": lambda issue, **who: service.put_on_agenda(issue, "推進会議", **who),
    "take_off_agenda": service.take_off_agenda,
    "decide": lambda issue, **who: service.decide(issue, "販売車を頼む。", **who),
    "ask_information": lambda issue, **who: service.ask_information(issue, "件数は？", **who),
    "note": lambda issue, **who: service.note(issue, "承知した。", **who),
    "hold": lambda issue, **who: service.hold(issue, until(who["at"]), "予算の後で。", **who),
    "refer_up": lambda issue, **who: service.refer_up(issue, "県に尋ねる。", **who),
    "decline_by_meeting": lambda issue, **who: service.decline_by_meeting(
        issue, "別の道で。", **who
    ),
}
VERBS = PEOPLE | MEETING
STAYS = {"rewrite", "propose_close"}
FROM_AGENDA = {
    "take_off_agenda": S.CONFIRMED,
    "decide": S.DECIDED,
    "ask_information": S.CONFIRMED,
    "note": S.CONFIRMED,
    "hold": S.PARKED,
    "refer_up": S.FORWARDED,
    "decline_by_meeting": S.DECLINED,
    "rewrite": S.ON_AGENDA,
}
# state → verb → state after
ALLOWED = {
    S.CANDIDATE: {
        "confirm": S.CONFIRMED,
        "park": S.PARKED,
        "decline": S.DECLINED,
        "rewrite": S.CANDIDATE,
    },
    S.CONFIRMED: {"put_on_agenda": S.ON_AGENDA} | dict.fromkeys(STAYS, S.CONFIRMED),
    S.ON_AGENDA: FROM_AGENDA,
    S.DECIDED: dict.fromkeys(STAYS, S.DECIDED),
    S.IN_ACTION: dict.fromkeys(STAYS, S.IN_ACTION),
    S.WATCHING: dict.fromkeys(STAYS, S.WATCHING),
    S.CLOSED: {},
    S.PARKED: {"wake": S.CONFIRMED, "rewrite": S.PARKED},
    S.FORWARDED: {
        "answer_from_above": S.CONFIRMED,
        "rewrite": S.FORWARDED,
        "put_on_agenda": S.ON_AGENDA,  # taken up by the level above, by way of confirmed
    },
    S.DECLINED: {},
}


def take(verb, issue, by):
    """This person takes this step now."""
    who = {"by": by, "at": the_clock.now()}
    if verb in MEETING:
        who["act"] = new_act()
    VERBS[verb](issue, **who)


CASES = [(status, verb) for status, verbs in ALLOWED.items() for verb in verbs]


@pytest.mark.both
@pytest.mark.parametrize(("status", "verb"), CASES)
def test_allowed_steps_lead_where_the_contract_says(status, verb, issue, road, mori):
    road.lead(issue, status)
    take(verb, issue, mori)
    db.session.commit()
    assert issue.status is ALLOWED[status][verb]
    assert queries.issue_page(mori, issue.id).last.became is issue.status


@pytest.mark.parametrize("status", ALLOWED)
def test_every_other_step_is_a_conflict_told_in_plain_words(status, issue, road, mori):
    road.lead(issue, status)
    label, entries = str(issue.status.label), len(queries.issue_page(mori, issue.id).entries)
    for verb in VERBS.keys() - ALLOWED[status].keys():
        with pytest.raises(ConflictError) as refused:
            take(verb, issue, mori)
        assert label in refused.value.message, verb
        db.session.rollback()
        page = queries.issue_page(mori, issue.id)
        assert (verb, page.issue.status, len(page.entries)) == (verb, status, entries)


STARTS = {verb: state for state, verbs in reversed(ALLOWED.items()) for verb in verbs}
EDITORS = {"sato", "mori", "hara"}
OFFICERS = {"mori", "hara"}
EVERYBODY = ("aoi", "kato", "sato", "nishi", "mori", "hara", "yama", "iin", "ono", "tani")
EVERYBODY += ("ken", "kanri", "kansa")


@pytest.mark.parametrize("login", EVERYBODY)
@pytest.mark.parametrize("verb", sorted(PEOPLE))
def test_who_may_take_a_step(verb, login, request, issue, road):
    road.lead(issue, STARTS[verb])
    may = OFFICERS if verb in {"propose_close", "answer_from_above"} else EDITORS
    if login in may:
        take(verb, issue, request.getfixturevalue(login))
    else:
        with pytest.raises(NotAllowedError):
            take(verb, issue, request.getfixturevalue(login))
    db.session.rollback()


@pytest.mark.parametrize("login", EVERYBODY)
def test_who_may_attach_and_detach(login, request, issue, case):
    person = request.getfixturevalue(login)
    at = the_clock.now()
    if login in EDITORS:
        service.detach(issue, case.id, by=person, at=at)
        assert service.attach(issue, [case.id], by=person, at=at) == 1
        db.session.commit()
        return
    for verb in (service.detach, lambda i, c, **who: service.attach(i, [c], **who)):
        with pytest.raises(NotAllowedError):
            verb(issue, case.id, by=person, at=at)


@pytest.mark.both
@pytest.mark.parametrize("login", ["aoi", "kato", "nishi", "iin", "ono", "tani", "ken", "kanri"])
def test_those_it_is_no_business_of_do_not_find_the_issue(login, request, issue):
    with pytest.raises(NotFoundError):
        queries.get_issue(request.getfixturevalue(login), issue.id)


@pytest.mark.both
@pytest.mark.parametrize("login", ["sato", "mori", "hara", "yama"])
def test_those_it_concerns_find_the_issue(login, request, issue):
    assert queries.get_issue(request.getfixturevalue(login), issue.id) is issue


def test_an_issue_of_the_whole_town_concerns_the_other_centre_too(case, sato, nishi):
    issue = factories.make_issue(sato, case, area_id=None)
    assert queries.get_issue(nishi, issue.id) is issue
    service.confirm(issue, by=nishi, at=the_clock.now())
    db.session.commit()


@pytest.mark.parametrize("status", [S.CANDIDATE, S.CONFIRMED, S.PARKED, S.WATCHING])
def test_work_begins_only_where_a_meeting_has_decided(status, issue, road, mori):
    road.lead(issue, status)
    service.begin_action(issue, "始めました。", by=mori, at=the_clock.now(), act=new_act())
    assert issue.status is status


@pytest.mark.parametrize("status", [S.DECIDED, S.IN_ACTION])
def test_when_all_actions_are_stopped_a_meeting_may_take_it_up_again(status, issue, road, mori):
    road.lead(issue, status)
    service.all_actions_stopped(issue, by=mori, at=the_clock.now(), act=new_act())
    db.session.commit()
    assert issue.status is S.CONFIRMED


def test_a_stopped_action_does_not_open_what_rests_on_a_resource(issue, road, mori):
    road.lead(issue, S.WATCHING)
    service.all_actions_stopped(issue, by=mori, at=the_clock.now(), act=new_act())
    assert issue.status is S.WATCHING


def test_the_effect_is_watched_from_the_first_resource_on(issue, road, mori):
    road.lead(issue, S.WATCHING)
    first = issue.effective_on
    later = first + timedelta(days=30)
    service.resource_live(issue, "配達", later, by=mori, at=the_clock.now(), act=new_act())
    db.session.commit()
    assert (issue.status, issue.effective_on) == (S.WATCHING, first)


def test_history_names_every_step_in_order(issue, road, mori):
    road.lead(issue, S.CLOSED)
    entries = queries.issue_page(mori, issue.id).entries
    assert [entry.kind for entry in entries] == [
        IssueStepKind.RAISED,
        IssueStepKind.CONFIRMED,
        IssueStepKind.PUT_ON_AGENDA,
        IssueStepKind.DECIDED,
        IssueStepKind.ACTION_BEGUN,
        IssueStepKind.RESOURCE_LIVE,
        IssueStepKind.CLOSE_PROPOSED,
        IssueStepKind.CLOSED,
    ]
