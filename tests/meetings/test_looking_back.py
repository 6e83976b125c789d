"""Looking back: four questions about a meeting, and how the meetings of a year went."""

from datetime import timedelta

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.meetings.lookback import queries, service
from tracker.meetings.lookback.queries import QUESTIONS
from tracker.meetings.lookback.service import LookDraft
from tracker.meetings.models import Outcome


def look(meeting, by, score=3, sentence="", folder_open=True):
    draft = LookDraft(dict.fromkeys(QUESTIONS, score), sentence)
    service.look_back(meeting, draft, folder_open=folder_open, by=by, at=the_clock.now())
    db.session.commit()


@pytest.mark.both
def test_everybody_answers_once_and_the_host_sees_means(held, mori, hara, yama):
    look(held, mori, 4)
    look(held, yama, 1, "資料が多い。")
    look(held, yama, 2, "資料が多すぎる。")
    few = queries.said_of(held.id)
    assert (few.count, few.means, few.sentences) == (2, {}, []), "of two it would show whose"
    look(held, hara, 3)
    said = queries.said_of(held.id)
    assert (said.count, said.means["talk"], said.sentences) == (3, 3.0, ["資料が多すぎる。"])


def test_nothing_is_said_before_the_meeting_or_without_an_answer(meeting, held, mori, iin, clock):
    planned = factories.plan_meeting(mori)
    with pytest.raises(ConflictError):
        look(planned, mori)
    with pytest.raises(InvalidInputError) as refused:
        look(held, mori, 5)
    assert refused.value.field == "topics"
    with pytest.raises(NotAllowedError):
        look(held, iin, folder_open=False)


@pytest.mark.both
def test_a_year_counts_items_without_outcome_and_those_that_led_to_an_action(
    meeting, item, issue, other_issue, mori, decide, clock
):
    factories.put_on_agenda(meeting, other_issue, by=mori)
    clock.move(days=5)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    decide(meeting, item, Outcome.ADOPT, mori, actions=[(issue, meeting.host_id)])
    (run,) = queries.runs(mori, 2026)
    assert (run.meetings, run.items, run.undecided, run.issue_items, run.led) == (1, 2, 1, 2, 1)
    assert (run.undecided_share, run.led_share) == (0.5, 0.5)
    assert run.median_preparation == timedelta(days=5)
    assert queries.runs(mori, 2025) == []


def test_members_are_not_shown_how_meetings_go(held, iin, tani, sign_in):
    assert sign_in(iin).get("/meetings/look-back/").status_code == 403
    assert queries.runs(tani, 2026) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_are_sound_and_take_an_answer(held, item, mori, sign_in, lang):
    browser, url = sign_in(mori), f"/meetings/{held.id}/look-back"
    forms = (form_fields(form) for form in parsed(browser.get(url).text).iter("form"))
    (fields,) = (fields for fields in forms if "sentence" in fields)
    assert browser.post(url, data=fields).status_code == 422
    answers = dict.fromkeys(QUESTIONS, "4")
    sent = browser.post(url, data={**fields, **answers, "sentence": "よかった。"})
    assert sent.status_code == 303
    for path in (url, "/meetings/look-back/", "/meetings/look-back/?year=2020"):
        joint = "&" if "?" in path else "?"
        answer = browser.get(f"{path}{joint}lang={lang}")
        assert answer.status_code == 200
        assert_sound(answer.text, path, lang)
    for year in ("九", "0000", "9999"):
        assert browser.get(f"/meetings/look-back/?year={year}").status_code == 200
    assert "よかった。" not in browser.get(url).text.split("</form>")[-1], "whose it is would show"
