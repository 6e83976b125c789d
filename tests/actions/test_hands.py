"""Milestones, comments, who has what in hand, and who stands in while somebody is away."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import agreements, factories
from tests.factories import person_called
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.actions import policy, queries, service
from tracker.actions.models import Action, Stage
from tracker.actions.queries import ActionFilter
from tracker.actions.work import holding
from tracker.actions.work import queries as work_queries
from tracker.actions.work import service as work
from tracker.actions.work.holding import DelegationDraft
from tracker.actions.work.models import Audience, Milestone
from tracker.actions.work.service import CommentDraft
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from tracker.notifications.models import Event, Notice

SAID = "店主との約束は来週までです。"


def who(by):
    """Who does it, now."""
    return {"by": by, "at": the_clock.now(), "today": the_clock.today()}


@pytest.fixture
def hoshino(app):
    """A colleague of Sato's."""
    return person_called("hoshino")


def told(event):
    """People who will find this notice."""
    found = db.session.scalars(sa.select(Notice.person_id).where(Notice.event == event))
    return set(found)


# --- milestones ---


def add(action, by, days=30, title="手伝う人を集める"):
    """A milestone so many days ahead."""
    due_on = the_clock.today() + timedelta(days=days)
    work.add_milestone(action, title, due_on, by=by, at=the_clock.now())
    db.session.commit()
    return db.session.scalars(sa.select(Milestone).order_by(Milestone.id.desc())).first()


@pytest.mark.both
def test_progress_is_counted_from_milestones_and_goes_back_again(action, sato):
    first, _second = add(action, sato), add(action, sato, 60)
    today = the_clock.today()
    for done_on, done in ((today, 1), (today, 1), (None, 0)):
        work.set_milestone(action, first, done_on=done_on, by=sato, at=the_clock.now())
        db.session.commit()
        page = work_queries.work_on(sato, action, today=today)
        assert (page.done, len(page.milestones)) == (done, 2)
    verbs = db.session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.subject == "actions"))
    assert list(verbs)[-2:] == ["action.milestone_done", "action.milestone_reopened"]


def test_a_milestone_is_late_from_the_day_after_and_reached_it_is_not(action, sato, clock):
    made = add(action, sato, 1)
    assert not made.is_late(the_clock.today() + timedelta(days=1))
    assert made.is_late(the_clock.today() + timedelta(days=2))
    work.set_milestone(action, made, done_on=the_clock.today(), by=sato, at=clock.now())
    assert not made.is_late(the_clock.today() + timedelta(days=2))


def test_taken_off_it_counts_no_more_and_is_found_no_more(action, sato, clock):
    made = add(action, sato)
    work.remove_milestone(action, made, by=sato, at=clock.now())
    db.session.commit()
    assert work_queries.milestones_of(action.id) == []
    with pytest.raises(NotFoundError):
        work_queries.get_milestone(sato, made.id)


def test_nishi_may_not_touch_the_milestones_of_the_east(action, sato, nishi, clock):
    made = add(action, sato)
    with pytest.raises(NotAllowedError):
        work.set_milestone(action, made, done_on=the_clock.today(), by=nishi, at=clock.now())


# --- comments ---


def say(action, by, audience=Audience.ALL, told=(), text="町内会からも声がありました。"):
    """A comment, stored."""
    made = work.comment(action, CommentDraft(text, audience, tuple(told)), **who(by))
    db.session.commit()
    return made


@pytest.mark.both
def test_what_is_said_to_all_is_read_by_all_of_the_town_and_the_rest_at_home(
    action, sato, hoshino, nishi, mori
):
    say(action, sato)
    say(action, sato, Audience.OWN, text="当番表の案をつくる。")
    read = {
        person.name: len(work_queries.comments_of(person, action.id))
        for person in (sato, hoshino, nishi, mori)
    }
    assert read == {sato.name: 2, hoshino.name: 2, nishi.name: 1, mori.name: 1}


def test_whoever_is_named_finds_a_notice_with_number_and_way_alone(action, sato, mori):
    say(action, sato, told=[mori.person_id])
    (notice,) = db.session.scalars(sa.select(Notice).where(Notice.event == Event.ACTION_MENTIONED))
    assert (notice.person_id, notice.number, notice.path) == (
        mori.person_id,
        action.number,
        f"/actions/{action.id}",
    )


@pytest.mark.parametrize("login", ["mori", "tani", "aoi"])
def test_nobody_is_told_of_what_they_could_not_read(login, action, sato):
    with pytest.raises(InvalidInputError) as refusal:
        say(action, sato, Audience.OWN, told=[person_called(login).person_id])
    assert refusal.value.field == "told"


@pytest.mark.both
def test_withdrawn_in_time_nobody_reads_it_or_hears_of_it(action, sato, mori, clock):
    said = say(action, sato, told=[mori.person_id])
    clock.move(minutes=1)
    work.withdraw_comment(action, said, by=sato, at=clock.now())
    db.session.commit()
    assert work_queries.comments_of(mori, action.id) == []
    (notice,) = db.session.scalars(sa.select(Notice).where(Notice.person_id == mori.person_id))
    assert notice.withdrawn_at == clock.now()


def test_nobody_withdraws_what_another_said(action, sato, mori, clock):
    said = say(action, sato)
    with pytest.raises(NotAllowedError):
        work.withdraw_comment(action, said, by=mori, at=clock.now())


# --- handing over ---


def hand(action, holder, by):
    """The action is in somebody's hands."""
    holding.hand_to(action, holder.person_id, SAID, **who(by))
    db.session.commit()


def test_an_action_decided_at_home_is_in_the_proposers_hands(issue, mori, sato):
    own = factories.make_action(issue, by=mori)
    others = factories.make_action(issue, mori, owner_id=min(sato.organisation_ids()))
    assert (own.holder_id, others.holder_id) == (mori.person_id, None)


def test_hoshino_takes_it_in_hand_the_log_says_so_and_a_notice_comes(action, sato, hoshino):
    hand(action, hoshino, sato)
    last = queries.action_page(sato, action.id).entries[-1]
    assert (hoshino.name in last.what, last.sentence) == (True, SAID)
    assert told(Event.ACTION_HANDED) == {hoshino.person_id}
    held = ActionFilter(held=True)
    assert [row.id for row in db.session.execute(queries.actions(hoshino, held))] == [action.id]
    assert list(db.session.execute(queries.actions(sato, held))) == []


@pytest.mark.parametrize("login", ["nishi", "aoi", "tani"])
def test_only_people_of_the_owner_take_it_in_hand(login, action, sato):
    with pytest.raises(InvalidInputError) as refusal:
        hand(action, person_called(login), sato)
    assert refusal.value.field == "holder_id"


def over(holder, successor, by, listed=None):
    """Everything of one person goes to the other; how many things."""
    if listed is None:
        listed = work_queries.in_hand(by, holder.person_id, today=the_clock.today()).keys
    return holding.hand_over_everything(
        holder.person_id, successor.person_id, listed, SAID, **who(by)
    )


@pytest.mark.both
def test_everything_goes_to_the_successor_in_one_step(action, issue, sato, hoshino, mori):
    hand(action, sato, sato)
    second = factories.make_action(issue, by=mori, owner_id=action.owner_id)
    hand(second, sato, mori)
    ended = factories.make_action(issue, by=mori, owner_id=action.owner_id)
    hand(ended, sato, mori)
    factories.end_action(ended, by=mori)
    agreement = agreements.enter(sato)
    assert over(sato, hoshino, hoshino) == 3
    assert {row.holder_id for row in (action, second, agreement)} == {hoshino.person_id}
    assert (ended.holder_id, action.owner_id) == (sato.person_id, second.owner_id)


def test_the_actions_go_along_to_another_organisation(action, sato, nishi, mori):
    hand(action, sato, sato)
    over(sato, nishi, mori)
    assert action.owner_id == min(nishi.organisation_ids(Role.CENTRE))
    assert action.holder_id == nishi.person_id


def test_what_changed_since_it_was_listed_is_not_handed_over(action, sato, hoshino):
    hand(action, sato, sato)
    with pytest.raises(ConflictError):
        over(sato, hoshino, sato, listed="a999")
    db.session.rollback()
    assert action.holder_id == sato.person_id


def test_a_stranger_centre_hands_nothing_over_and_another_town_finds_nobody(
    action, sato, hoshino, nishi, tani
):
    hand(action, sato, sato)
    with pytest.raises(NotAllowedError):
        over(sato, hoshino, nishi)
    with pytest.raises(NotFoundError):
        work_queries.in_hand(tani, sato.person_id, today=the_clock.today())


def test_a_centre_cannot_give_its_actions_to_another_organisation(action, sato, nishi, hoshino):
    hand(action, sato, sato)
    for by in (sato, hoshino):
        with pytest.raises(InvalidInputError) as refused:
            over(sato, nishi, by)
        assert refused.value.field == "successor_id"
    assert action.holder_id == sato.person_id


def test_a_colleague_of_another_body_of_theirs_hands_nothing_over(action, sato, nishi, hoshino):
    hand(action, sato, sato)
    account = db.session.get_one(Person, sato.person_id)
    factories.join(account, min(nishi.organisation_ids(Role.CENTRE)), Role.CENTRE)
    with pytest.raises(NotAllowedError):
        over(sato, hoshino, nishi)


# --- standing in ---


@pytest.fixture
def away(action, sato, yama, clock):
    """Sato is away for ten days from tomorrow; Yama of another body stands in."""
    hand(action, sato, sato)
    today = the_clock.today()
    draft = DelegationDraft(yama.person_id, today + timedelta(days=1), today + timedelta(days=10))
    made = holding.delegate(draft, **who(sato))
    db.session.commit()
    return made


def may(action_id, viewer):
    """May the person move the action today?"""
    return policy.can_move(viewer, queries.get_action(viewer, action_id))


@pytest.mark.both
def test_yama_may_do_what_sato_may_on_these_days_and_no_other(away, action, yama, nishi, clock):
    assert not may(action.id, yama)
    clock.move(days=1)
    assert may(action.id, yama)
    assert not may(action.id, nishi)
    moved = queries.get_action(yama, action.id)
    service.move(moved, Stage.STUDY, "代わりに始めた。", by=yama, at=clock.now())
    db.session.commit()
    clock.move(days=9)
    assert may(action.id, yama)
    clock.move(days=1)
    assert not may(action.id, yama)


def test_the_log_says_who_stands_in_and_yama_is_told(away, action, sato, yama):
    last = queries.action_page(sato, action.id).entries[-1]
    assert yama.name in last.sentence
    assert told(Event.ACTION_DELEGATED) == {yama.person_id}


def test_being_away_is_no_progress(action, sato, yama, clock):
    hand(action, sato, sato)
    before = action.last_entry_at
    clock.move(days=3)
    today = the_clock.today()
    holding.delegate(DelegationDraft(yama.person_id, today, today), **who(sato))
    assert action.last_entry_at == before


def test_ended_sooner_it_is_over_at_once(away, action, yama, clock):
    clock.move(days=2)
    holding.end_delegation(away, **who(yama))
    db.session.commit()
    assert not may(action.id, yama)
    with pytest.raises(ConflictError):
        holding.end_delegation(away, **who(yama))


def test_nobody_stands_in_twice_on_one_day(away, sato, hoshino):
    today = the_clock.today()
    draft = DelegationDraft(
        hoshino.person_id, today + timedelta(days=10), today + timedelta(days=12)
    )
    with pytest.raises(ConflictError):
        holding.delegate(draft, **who(sato))


@pytest.mark.parametrize(
    ("first", "last", "field"), [(-1, 3, "from_on"), (3, 2, "until_on"), (0, 400, "until_on")]
)
def test_days_that_are_past_wrong_or_too_many_are_refused(first, last, field, sato, yama):
    today = the_clock.today()
    days = today + timedelta(days=first), today + timedelta(days=last)
    with pytest.raises(InvalidInputError) as refusal:
        holding.delegate(DelegationDraft(yama.person_id, *days), **who(sato))
    assert refusal.value.field == field


@pytest.mark.parametrize("login", ["sato", "aoi", "tani"])
def test_oneself_an_office_and_another_town_cannot_stand_in(login, sato):
    today = the_clock.today()
    with pytest.raises(InvalidInputError) as refusal:
        holding.delegate(DelegationDraft(person_called(login).person_id, today, today), **who(sato))
    assert refusal.value.field == "delegate_id"


def test_another_centre_cannot_end_it(away, nishi):
    with pytest.raises(NotAllowedError):
        holding.end_delegation(away, **who(nishi))


def test_reassigned_nobody_has_it_in_hand_until_the_new_owner_says_so(action, sato, mori, yama):
    hand(action, sato, sato)
    council = min(yama.organisation_ids())
    service.reassign(action, council, SAID, by=mori, at=the_clock.now())
    db.session.commit()
    assert db.session.scalar(sa.select(Action.holder_id)) is None
