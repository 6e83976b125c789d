"""Papers for members and for the public: what is hidden, what is found, what is kept."""

from dataclasses import replace

import pytest

from tests.exchange.test_folder import _pdf_text, _word_text
from tracker.core.db import db
from tracker.exchange.content import Earlier
from tracker.exchange.public import for_public
from tracker.exchange.versions.models import PaperVersion
from tracker.exchange.word_templates.sample import sample


def _make(browser, room, audience, treatment="ask"):
    url = f"/meetings/{room.meeting_id}/papers"
    return browser.post_form(url, {"audience": audience, "treatment": treatment}, to=url)


def _newest():
    return db.session.query(PaperVersion).order_by(PaperVersion.id.desc()).first()


def _paper(browser, version, kind="docx"):
    answer = browser.get(f"/meetings/versions/{version.id}/paper.{kind}")
    assert answer.status_code == 200, answer.text
    return _word_text(answer) if kind == "docx" else _pdf_text(answer)


@pytest.fixture
def held(room):
    """Held and approved; somebody was named in the discussion."""
    said = "鈴木 花子さん（見晴市東町1-2-3）の件で、3件の相談があった。"
    return room.publish().hold().adopt(said).approve()


def test_members_read_what_the_folder_says_with_a_stamp(room, sign_in, mori, iin):
    room.publish().pledge()
    assert _make(sign_in(mori), room, "members").status_code == 303
    version = _newest()
    said = _paper(sign_in(iin), version, "pdf")
    assert "360" in said
    assert "委員 一郎" in said
    assert "委員用、令和8" in said.replace(" ", "")
    assert "部外秘" in said


def test_the_public_reads_no_name_no_small_figure_and_no_log(room, sign_in, mori, aoi):
    room.publish()
    assert _make(sign_in(mori), room, "public").status_code == 303
    said = _paper(sign_in(mori), _newest(), "pdf")
    assert "委員 一郎" not in said
    assert "見晴市社会福祉協議会" in said
    assert "360" not in said
    assert "部外秘" not in said
    assert "公開用、令和8" in said.replace(" ", "")
    assert "買い物の手段がない" in said


def test_what_may_tell_who_somebody_is_stops_the_paper_and_is_listed(held, sign_in, mori):
    browser = sign_in(mori)
    answer = _make(browser, held, "public")
    assert answer.status_code == 422
    for words in ("鈴木 花子", "3件"):
        assert words in answer.text
    assert _newest() is None
    assert _make(browser, held, "public", "hide").status_code == 303
    version = _newest()
    said = _paper(browser, version)
    assert "鈴木" not in said
    assert "3件" not in said
    assert "●●●" in said
    assert (version.hidden > 1, version.vouched) == (True, 0)


def test_somebody_may_vouch_for_the_words_and_is_recorded(held, sign_in, mori):
    browser = sign_in(mori)
    assert _make(browser, held, "public", "vouch").status_code == 303
    version = _newest()
    assert "鈴木 花子" in _paper(browser, version)
    assert (version.hidden, version.vouched > 1, version.made_by_id) == (0, True, mori.person_id)


def test_a_paper_stays_as_it_was_made(room, sign_in, mori, another_issue):
    room.publish()
    browser = sign_in(mori)
    _make(browser, room, "members")
    version = _newest()
    before = _paper(browser, version), _paper(browser, version, "pdf")
    room.add_item(another_issue("雪かきの手がない"), "雪かきの手がない")
    assert (_paper(browser, version), _paper(browser, version, "pdf")) == before


def test_no_minutes_before_they_are_approved(room, sign_in, mori):
    room.publish().hold().adopt()
    browser = sign_in(mori)
    _make(browser, room, "members")
    assert "会議録" not in _paper(browser, _newest())


def test_of_a_single_case_the_public_reads_not_even_what_the_last_meeting_was_about(app):
    with app.test_request_context("/?lang=ja"):
        last = [
            Earlier(
                "通院に付き添う人がいない方のこと", "既存の資源で解決", "三日後に。", is_case=True
            ),
            Earlier("買い物の手段がない", "保留", "調べてから。"),
        ]
        said = for_public(replace(sample(), last_items=last)).last_items
    assert [one.said for one in said] == ["", ""]
    assert "通院" not in said[0].title
    assert said[1].title == "買い物の手段がない"


def test_nothing_is_made_of_a_draft_and_nothing_by_others(room, sign_in, mori, sato, yama):
    url = f"/meetings/{room.meeting_id}/papers"
    assert "公開してから" in sign_in(mori).get(url).text or "公開後" in sign_in(mori).get(url).text
    assert sign_in(mori).send(url, {"audience": "public"}).status_code in {409, 422}
    room.publish()
    assert sign_in(sato).send(url, {"audience": "public"}).status_code == 403
    assert sign_in(yama).send(url, {"audience": "public"}).status_code == 403
    assert _newest() is None


def test_a_made_paper_opens_to_whom_the_folder_opens(room, sign_in, mori, tani, iin, aoi):
    room.publish()
    _make(sign_in(mori), room, "members")
    url = f"/meetings/versions/{_newest().id}/paper.pdf"
    codes = [sign_in(person).get(url).status_code for person in (tani, iin, aoi)]
    assert codes == [404, 403, 403]
    room.pledge()
    assert sign_in(iin).get(url).status_code == 200
