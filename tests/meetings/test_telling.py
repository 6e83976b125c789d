"""Word to everybody whose need was on the agenda: planned, withdrawn, read on its day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.meetings import service
from tracker.meetings.models import Outcome
from tracker.meetings.telling import queries
from tracker.meetings.telling import service as telling
from tracker.meetings.telling.service import Sentences
from tracker.notifications.models import Event, Notice

WHAT, WHY = "販売車に来てもらう準備を始めます。", "七つの事業所から同じ声が届いたためです。"


@pytest.fixture
def approved(held, item, mori, hara, decide):
    """One issue was noted; the minutes are approved."""
    decide(held, item, Outcome.NOTE, mori)
    service.draft_minutes(held, by=mori, at=the_clock.now())
    service.approve_minutes(held, by=hara, at=the_clock.now())
    db.session.commit()
    return held


def plan(meeting, item, by, days=2, **words):
    said = {item.id: Sentences(words.get("what", WHAT), words.get("why", WHY))}
    on, today = the_clock.today() + timedelta(days=days), the_clock.today()
    made = telling.plan(meeting, said, on, by=by, at=the_clock.now(), today=today)
    db.session.commit()
    return made


def read(sign_in, aoi):
    """The page of Aoi's case as she reads it."""
    case_id = db.session.scalar(sa.text("select min(id) from cases"))
    return sign_in(aoi).get(f"/cases/{case_id}").text


@pytest.mark.both
def test_filers_read_two_sentences_from_the_day_on(approved, item, mori, aoi, sign_in, clock):
    made = plan(approved, item, mori)
    assert (made.cases, made.people) == (1, 1)
    assert WHAT not in read(sign_in, aoi)
    (notice,) = db.session.scalars(sa.select(Notice).where(Notice.event == Event.MEETING_TOLD))
    assert (notice.person_id, notice.due_at) == (aoi.person_id, made.due_at)
    clock.move(days=3)
    page = read(sign_in, aoi)
    assert WHAT in page
    assert WHY in page


@pytest.mark.both
def test_withdrawn_in_time_nobody_reads_it(approved, item, mori, aoi, sign_in, clock):
    plan(approved, item, mori)
    with pytest.raises(ConflictError):
        service.close_answered(approved, by=mori, at=clock.now())
    telling.withdraw(approved, by=mori, at=clock.now())
    db.session.commit()
    clock.move(days=3)
    assert WHAT not in read(sign_in, aoi)
    (notice,) = db.session.scalars(sa.select(Notice).where(Notice.event == Event.MEETING_TOLD))
    assert notice.withdrawn_at is not None
    plan(approved, item, mori, what="別の言い方です。")
    clock.move(days=3)
    assert "別の言い方です。" in read(sign_in, aoi)


def test_what_went_out_cannot_be_withdrawn_or_planned_again(approved, item, mori, clock):
    plan(approved, item, mori)
    with pytest.raises(ConflictError):
        plan(approved, item, mori)
    clock.move(days=3)
    with pytest.raises(ConflictError):
        telling.withdraw(approved, by=mori, at=clock.now())
    service.close_answered(approved, by=mori, at=clock.now())


def test_every_item_needs_both_sentences_and_a_day_to_come(approved, item, mori):
    for words in ({"what": ""}, {"why": ""}, {"days": -1}):
        with pytest.raises(InvalidInputError):
            plan(approved, item, mori, **words)
    assert queries.standing(approved.id) is None


def test_nobody_is_told_before_approval_or_by_others(held, item, mori, yama, decide):
    decide(held, item, Outcome.NOTE, mori)
    with pytest.raises(ConflictError):
        plan(held, item, mori)
    with pytest.raises(NotAllowedError):
        plan(held, item, yama)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_the_page_it_is_looked_at_planned_and_withdrawn(
    approved, item, mori, sign_in, lang, clock
):
    browser, url = sign_in(mori), f"/meetings/{approved.id}/tell"

    def typed(**more):
        page = browser.get(f"{url}?lang={lang}").text
        assert_sound(page, url, lang)
        forms = (form_fields(form) for form in parsed(page).iter("form"))
        (fields,) = (fields for fields in forms if "on" in fields)
        return {**fields, **more}

    day = (the_clock.today() + timedelta(days=2)).isoformat()
    refused = browser.post(url, data=typed(on=day))
    assert refused.status_code == 422, "why it was decided has to be written"
    why = {f"i{item.id}-why": WHY}
    assert browser.post(url, data=typed(on=day, **why)).status_code == 303
    planned = browser.get(f"{url}?lang={lang}").text
    assert_sound(planned, url, lang)
    assert WHY in planned, "what goes out can be looked at until it does"
    assert browser.post_form(url, to=f"{url}/withdraw").status_code == 303
    assert queries.standing(approved.id) is None
    assert factories.ANSWER not in browser.get(url).text
