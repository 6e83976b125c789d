"""What is asked at each stage, what is live for each kind, use, reviews, lessons."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests import agreements, factories
from tracker.actions import lessons, queries, service
from tracker.actions.asked import Facts
from tracker.actions.kinds import LIVE, live_rule
from tracker.actions.lessons import LessonFilter
from tracker.actions.models import Stage, StopReason
from tracker.actions.queries import ActionFilter
from tracker.actions.work import knowing, use
from tracker.actions.work import service as work
from tracker.actions.work.models import ActionUse, Fact, Funding
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

TRIED = {
    Fact.SURVEYED: "三つの町内会の世帯",
    Fact.SURVEY_RESULT: "十七世帯が困っている。",
    Fact.PARTNER: "三つの町内会と商店",
    Fact.FUNDING: Funding.NONE_NEEDED.value,
    Fact.TRIAL_PLACE: "東圏域の一つの町内",
    Fact.TRIAL_FROM: date(2026, 12, 1),
}


@pytest.fixture
def studied(action, sato):
    """The action at its study; nothing is known of it yet."""
    service.move(action, Stage.STUDY, "調べ始める。", by=sato, at=the_clock.now())
    db.session.commit()
    return action


def try_out(action, by, **facts):
    """The action goes on to its trial with these facts."""
    said = Facts({Fact(name): text for name, text in facts.items()})
    who = {"by": by, "at": the_clock.now()}
    service.move(action, Stage.TRIAL, "試してみる。", facts=said, **who)
    db.session.commit()


def refused(verb, *args, **kwargs):
    """The field a refusal names; nothing is stored."""
    with pytest.raises(InvalidInputError) as refusal:
        verb(*args, **kwargs)
    db.session.rollback()
    return refusal.value.field


def said(action):
    """What is known of it: fact → words."""
    return {row.fact: row.said for row in knowing.known(action.id)}


# --- stages ---


@pytest.mark.parametrize("missing", sorted(TRIED))
def test_no_part_of_the_study_is_skipped_silently(missing, studied, sato):
    facts = {fact: text for fact, text in TRIED.items() if fact is not missing}
    assert refused(try_out, studied, sato, **facts) == missing.value
    assert studied.stage is Stage.STUDY


@pytest.mark.both
def test_what_was_asked_can_be_read_later_in_the_order_of_the_stages(studied, sato):
    try_out(studied, sato, **TRIED)
    assert list(said(studied)) == list(TRIED)
    assert said(studied)[Fact.PARTNER] == TRIED[Fact.PARTNER]
    assert said(studied)[Fact.FUNDING] == str(Funding.NONE_NEEDED.label)


def test_with_a_sentence_why_a_part_may_be_left_out_and_the_sentence_stays(studied, sato, clock):
    facts = Facts(without="協力先は来月の会議で決まる。")
    service.move(studied, Stage.TRIAL, "試す。", facts=facts, by=sato, at=clock.now())
    assert said(studied) == {Fact.WITHOUT: "協力先は来月の会議で決まる。"}


def test_a_trial_cannot_end_before_it_begins(studied, sato):
    facts = {**TRIED, Fact.TRIAL_UNTIL: date(2026, 11, 30)}
    assert refused(try_out, studied, sato, **facts) == "trial_until"


def test_money_from_an_unknown_source_is_refused(studied, sato):
    assert refused(try_out, studied, sato, **{**TRIED, Fact.FUNDING: "lottery"}) == "funding"


@pytest.mark.both
def test_taken_back_the_step_takes_its_facts_along(studied, sato, clock):
    clock.move(minutes=1)
    try_out(studied, sato, **TRIED)
    service.undo_last(studied, by=sato, at=clock.now())
    assert (studied.stage, said(studied)) == (Stage.STUDY, {})


# --- what live means ---


def test_every_way_of_going_about_it_says_what_live_means(app):
    kinds = taxonomy.codes(CodeList.ACTION_KIND)[CodeList.ACTION_KIND]
    assert LIVE.keys() == kinds.keys()
    assert live_rule("nothing we know").needs_resource


def live(action, by, **facts):
    """The action goes live without any resource."""
    numbers = {Fact.TRIAL_NUMBERS: "八世帯"}
    service.go_live(
        action,
        "使われ始めた。",
        resource_id=None,
        resource=None,
        facts=Facts({**numbers, **{Fact(name): text for name, text in facts.items()}}),
        by=by,
        at=the_clock.now(),
        today=the_clock.today(),
    )
    db.session.commit()


def on_trial(issue, by, kind):
    """An action of this kind at its trial."""
    action = factories.make_action(issue, by=by, kind=kind)
    return factories.move_action(action, Stage.STUDY, Stage.TRIAL, by=by)


@pytest.mark.parametrize("kind", sorted(LIVE))
def test_a_kind_that_makes_no_resource_shows_something_else(kind, issue, mori):
    action, rule = on_trial(issue, mori, kind), live_rule(kind)
    assert refused(live, action, mori) == ("in_force" if rule.asks else "resource_id")
    if rule.asks:
        live(action, mori, in_force="手順書 第一号を四月から使う。")
        assert (action.stage, action.resource_id) == (Stage.LIVE, None)


@pytest.mark.both
def test_an_agreement_is_live_when_it_stands_in_the_register(issue, mori):
    action = on_trial(issue, mori, "AGREE")
    agreements.enter(mori, action_id=action.id)
    live(action, mori)
    assert action.stage is Stage.LIVE


# --- use, and looking again ---


def figures(*months):
    """Months with (uses, refusals), the oldest first."""
    return [
        ActionUse(month=date(2026, number, 1), uses=uses, refusals=refusals)
        for number, (uses, refusals) in enumerate(months, start=1)
    ]


@pytest.mark.parametrize(
    ("months", "why"),
    [
        ((), None),
        (((2, 0),), None),
        (((40, 0), (2, 0), (2, 0)), use.WhyReview.LITTLE_USED),
        (((2, 0), (3, 0)), None),
        (((0, 0), (0, 0)), use.WhyReview.LITTLE_USED),
        (((30, 0), (4, 4)), use.WhyReview.OFTEN_REFUSED),
        (((30, 9), (30, 4)), None),
    ],
)
def test_little_use_or_many_refusals_propose_a_review(months, why):
    assert use.why_review(figures(*months)) is why


@pytest.fixture
def in_use(action, sato):
    """The action with its resource live."""
    return factories.move_action(action, Stage.STUDY, Stage.TRIAL, Stage.LIVE, by=sato)


def note(action, by, month, uses=5, refusals=0):
    """The month's figures are written down."""
    who = {"by": by, "at": the_clock.now(), "today": the_clock.today()}
    work.note_use(action, month, uses, refusals, **who)
    db.session.commit()


def test_a_month_written_again_replaces_the_one_before(in_use, sato):
    for uses in (5, 7):
        note(in_use, sato, date(2026, 11, 20), uses)
    (row,) = db.session.scalars(sa.select(ActionUse))
    assert (row.month, row.uses) == (date(2026, 11, 1), 7)


def test_with_figures_nobody_has_to_say_the_use_in_words(in_use, sato, clock):
    review = {"by": sato, "at": clock.now()}
    assert refused(service.move, in_use, Stage.REVIEW, "見直す。", **review) == "use_in_words"
    note(in_use, sato, date(2026, 11, 1))
    service.move(in_use, Stage.REVIEW, "見直す。", **review)
    assert in_use.stage is Stage.REVIEW


@pytest.mark.parametrize(
    ("month", "uses", "field"), [(date(2026, 12, 1), 1, "month"), (date(2026, 11, 1), -1, "uses")]
)
def test_a_month_to_come_and_a_number_that_cannot_be_are_refused(month, uses, field, in_use, sato):
    assert refused(note, in_use, sato, month, uses) == field


def test_before_there_is_anything_to_use_there_are_no_figures(action, sato):
    with pytest.raises(ConflictError):
        note(action, sato, date(2026, 11, 1))


@pytest.mark.both
def test_past_its_review_an_action_is_stalled_though_somebody_writes(in_use, sato, mori, clock):
    today = the_clock.today()
    on = today + timedelta(days=10)
    service.plan_review(in_use, on, by=sato, at=clock.now(), today=today)
    db.session.commit()
    clock.move(days=11)
    service.write_entry(
        in_use, "様子を聞いた。", by=sato, at=clock.now(), next_step="来月また聞く。"
    )
    db.session.commit()
    wanted = ActionFilter(stalled_at=clock.now())
    assert [row.number for row in db.session.execute(queries.actions(mori, wanted))] == [
        in_use.number
    ]
    assert in_use.is_stalled(the_clock.today(), clock.now())
    assert queries.waiting(mori, the_clock.today(), clock.now()).stalled == 1
    assert queries.action_page(mori, in_use.id).entries[-1].next_step == "来月また聞く。"


# --- lessons ---


@pytest.fixture
def stopped(action, sato, clock):
    """The action was stopped; something else is done instead."""
    service.stop(
        action,
        StopReason.NO_BUDGET,
        "来年度の予算に入らなかった。",
        instead="住民の手伝いを広げる。",
        by=sato,
        at=clock.now(),
    )
    db.session.commit()
    return action


def found(viewer, **wanted):
    """Numbers of the lessons."""
    rows = db.session.execute(lessons.lessons(viewer, LessonFilter(**wanted)))
    return [row.number for row in rows]


@pytest.mark.both
def test_an_honest_stop_is_a_lesson_for_the_town_and_for_nobody_else(
    stopped, nishi, mori, tani, aoi
):
    assert found(nishi) == found(mori) == [stopped.number]
    assert found(tani) == found(aoi) == []
    (row,) = db.session.execute(lessons.lessons(nishi, LessonFilter()))
    assert (row.learnt, row.instead) == ("来年度の予算に入らなかった。", "住民の手伝いを広げる。")


@pytest.mark.both
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({"reason": StopReason.NO_BUDGET}, True),
        ({"reason": StopReason.NEED_GONE}, False),
        ({"family": "HK"}, True),
        ({"family": "PM"}, False),
        ({"kind": "SURVEY"}, False),
        ({"words": "予算 手伝い"}, True),
        ({"words": "予算 花火"}, False),
        ({"words": "%"}, False),
    ],
)
def test_lessons_are_found_by_reason_kind_family_and_words(wanted, fits, stopped, mori):
    assert bool(found(mori, **wanted)) is fits


def test_a_stop_taken_back_is_no_lesson(stopped, sato, mori, clock):
    service.undo_last(stopped, by=sato, at=clock.now())
    assert (found(mori), said(stopped)) == ([], {})


def test_the_lessons_name_nobody(stopped, sign_in, nishi, sato):
    html = sign_in(nishi).get("/actions/lessons/?words=予算&lang=ja").text
    assert "住民の手伝いを広げる。" in html
    assert sato.name not in html
    assert sato.standings[0].name_ja not in html
