"""The life cycle of an action: its edges are the contract's, every other step is refused."""

import pytest

from tests import factories
from tracker.actions import queries, service
from tracker.actions.models import EDGES, Stage, StopReason
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError, NotFoundError

# The agreed life cycle, written out by hand: Action. A hold leads back to where it came from.
CONTRACT = """
proposed → study
study → trial
trial → live
live → review
review → settled | expanded | redesigned
redesigned → study
proposed, study, trial, live, review, redesigned → on_hold
on_hold → proposed | study | trial | live | review | redesigned
proposed, study, trial, live, review, redesigned, on_hold → stopped
"""
WAY = {
    Stage.PROPOSED: (),
    Stage.STUDY: (Stage.STUDY,),
    Stage.TRIAL: (Stage.STUDY, Stage.TRIAL),
    Stage.LIVE: (Stage.STUDY, Stage.TRIAL, Stage.LIVE),
    Stage.REVIEW: (Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW),
}
ENDS = (Stage.SETTLED, Stage.EXPANDED, Stage.REDESIGNED)


def edges_of_the_contract():
    found = set()
    for line in CONTRACT.strip().splitlines():
        starts, ends = line.split("→")
        for start in starts.split(","):
            found |= {(start.strip(), end.strip()) for end in ends.split("|")}
    return found


def test_edges_are_those_of_the_contract():
    assert {(start.value, end.value) for start, end in EDGES} == edges_of_the_contract()


def brought_to(stage, action, by):
    """The action at that stage; on hold from its study."""
    if stage is Stage.ON_HOLD:
        return factories.hold_action(factories.move_action(action, Stage.STUDY, by=by), by=by)
    if stage is Stage.STOPPED:
        return factories.end_action(action, by=by)
    way = (*WAY[Stage.REVIEW], stage) if stage in ENDS else WAY[stage]
    return factories.move_action(action, *way, by=by)


def go_live(action, *, by, at):
    service.go_live(
        action,
        "販売車が来る。",
        resource_id=None,
        resource=factories.resource_draft(*factories.areas_kept(by)),
        facts=factories.NOT_ASKED,
        by=by,
        at=at,
        today=the_clock.today(),
    )


def until_new_year(action, **who):
    service.hold(action, the_clock.today().replace(month=12, day=28), "予算待ち。", **who)


VERBS = {
    **{
        stage.value: lambda action, to=stage, **who: service.move(
            action, to, "進める。", facts=factories.NOT_ASKED, **who
        )
        for stage in Stage
        if stage not in {Stage.PROPOSED, Stage.LIVE, Stage.ON_HOLD, Stage.STOPPED}
    },
    "go live": go_live,
    "hold": until_new_year,
    "resume": lambda action, **who: service.resume(action, "再開する。", **who),
    "stop": lambda action, **who: service.stop(action, StopReason.NO_BUDGET, "予算。", **who),
}
ALWAYS = {"hold": Stage.ON_HOLD, "stop": Stage.STOPPED}
# stage → verb → stage after
ALLOWED = {
    Stage.PROPOSED: {"study": Stage.STUDY, **ALWAYS},
    Stage.STUDY: {"trial": Stage.TRIAL, **ALWAYS},
    Stage.TRIAL: {"go live": Stage.LIVE, **ALWAYS},
    Stage.LIVE: {"review": Stage.REVIEW, **ALWAYS},
    Stage.REVIEW: {
        "settled": Stage.SETTLED,
        "expanded": Stage.EXPANDED,
        "redesigned": Stage.REDESIGNED,
        **ALWAYS,
    },
    Stage.REDESIGNED: {"study": Stage.STUDY, **ALWAYS},
    Stage.ON_HOLD: {"resume": Stage.STUDY, "stop": Stage.STOPPED},
    Stage.SETTLED: {},
    Stage.EXPANDED: {},
    Stage.STOPPED: {},
}


def test_every_stage_is_tried():
    assert ALLOWED.keys() == set(Stage)


@pytest.fixture
def another(issue, mori, sato):
    """One more proposed action of Sato's centre."""
    owner = min(sato.organisation_ids())
    return lambda: factories.make_action(issue, by=mori, owner_id=owner)


@pytest.mark.both
@pytest.mark.parametrize("stage", ALLOWED)
def test_allowed_steps_lead_where_the_contract_says(stage, another, sato, clock):
    for verb, after in ALLOWED[stage].items():
        action = brought_to(stage, another(), by=sato)
        VERBS[verb](action, by=sato, at=clock.now())
        assert (verb, action.stage) == (verb, after)


@pytest.mark.both
@pytest.mark.parametrize("stage", ALLOWED)
def test_every_other_step_is_a_conflict_told_in_plain_words(stage, action, sato, clock):
    brought_to(stage, action, by=sato)
    lines = len(queries.counting_entries(action.id))
    for verb in VERBS.keys() - ALLOWED[stage].keys():
        with pytest.raises(ConflictError) as refused:
            VERBS[verb](action, by=sato, at=clock.now())
        assert str(stage.label) in refused.value.message, verb
        db.session.rollback()
        assert action.stage is stage, verb
        assert len(queries.counting_entries(action.id)) == lines, verb


@pytest.mark.parametrize("to", [Stage.LIVE, Stage.ON_HOLD, Stage.STOPPED])
def test_stages_that_need_more_than_a_sentence_are_no_plain_step(to, action, sato, clock):
    factories.move_action(action, Stage.STUDY, Stage.TRIAL, by=sato)
    with pytest.raises(ConflictError):
        service.move(action, to, "進める。", by=sato, at=clock.now())


@pytest.mark.both
def test_a_hold_remembers_where_it_came_from(another, sato, clock):
    for stage in [stage for stage in ALLOWED if "hold" in ALLOWED[stage]]:
        action = factories.hold_action(brought_to(stage, another(), by=sato), by=sato)
        assert (action.held_from, action.held_until is None) == (stage, False)
        service.resume(action, "再開する。", by=sato, at=clock.now())
        assert (action.stage, action.held_from, action.held_until) == (stage, None, None)


@pytest.mark.both
def test_the_owner_and_the_officers_move_an_action(another, sato, mori, hara, clock):
    for person in (sato, mori, hara):
        action = another()
        service.move(action, Stage.STUDY, "検討を始める。", by=person, at=clock.now())
        assert action.stage is Stage.STUDY


@pytest.mark.both
def test_the_coordinator_moves_what_the_council_owns(issue, mori, yama, clock):
    action = factories.make_action(issue, by=mori, owner_id=min(yama.organisation_ids()))
    service.move(action, Stage.STUDY, "検討を始める。", by=yama, at=clock.now())
    assert action.stage is Stage.STUDY


ACTS = {
    **{name: VERBS[name] for name in ("study", "hold", "stop")},
    "write": lambda action, **who: service.write_entry(action, "連絡した。", **who),
    "undo": service.undo_last,
}


@pytest.mark.both
def test_nobody_else_moves_it(request, action, clock):
    for login in ("aoi", "kato", "nishi", "yama", "iin", "ono", "tani", "ken", "kanri", "kansa"):
        for act in ACTS.values():
            with pytest.raises(NotAllowedError):
                act(action, by=request.getfixturevalue(login), at=clock.now())
            db.session.rollback()


@pytest.mark.both
@pytest.mark.parametrize("stage", [Stage.TRIAL, Stage.ON_HOLD])
def test_nobody_else_lets_it_go_live_or_on(stage, request, action, sato, clock):
    brought_to(stage, action, by=sato)
    verb = "go live" if stage is Stage.TRIAL else "resume"
    for login in ("aoi", "nishi", "yama", "iin", "ono", "tani"):
        with pytest.raises(NotAllowedError):
            VERBS[verb](action, by=request.getfixturevalue(login), at=clock.now())
        db.session.rollback()


@pytest.mark.both
def test_officers_hand_it_to_another_organisation(another, mori, hara, yama, clock):
    council = min(yama.organisation_ids())
    for person in (mori, hara):
        action = another()
        service.reassign(action, council, "社協が担う。", by=person, at=clock.now())
        assert action.owner_id == council


@pytest.mark.both
def test_nobody_else_hands_it_over(request, action, yama, clock):
    council = min(yama.organisation_ids())
    for login in ("sato", "nishi", "yama", "aoi", "iin", "ono", "tani", "kanri"):
        person = request.getfixturevalue(login)
        with pytest.raises(NotAllowedError):
            service.reassign(action, council, "社協が担う。", by=person, at=clock.now())
        db.session.rollback()


@pytest.mark.both
def test_those_who_work_for_the_town_find_the_action_and_others_do_not(request, action):
    for login in ("sato", "nishi", "mori", "hara", "yama"):
        assert queries.get_action(request.getfixturevalue(login), action.id) is action
    for login in ("aoi", "kato", "iin", "ono", "tani", "ken", "kanri", "kansa"):
        with pytest.raises(NotFoundError):
            queries.get_action(request.getfixturevalue(login), action.id)


def test_a_stopped_action_in_whose_log_something_is_written_shows_where_it_stopped(action, mori):
    factories.move_action(action, Stage.STUDY, by=mori)
    factories.end_action(action, mori)
    service.write_entry(action, "ほかの町に聞いた。", by=mori, at=the_clock.now())
    db.session.commit()
    (here,) = [place for place in queries.action_page(mori, action.id).stages if place.current]
    assert here.label == str(Stage.STUDY.label)
