"""Minutes: the first text, versions, circulation, corrections, approval, addenda."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts import service as accounts
from tracker.accounts.models import Person
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.meetings import outcomes, queries, service
from tracker.meetings.minutes import queries as minutes
from tracker.meetings.minutes import service as writing
from tracker.meetings.minutes import trail
from tracker.meetings.minutes import writing as composing
from tracker.meetings.minutes.models import TEXT_LENGTH, RemarkAnswer
from tracker.meetings.minutes.rendering import to_html
from tracker.meetings.models import MeetingStatus, Outcome
from tracker.notifications.models import Event, Notice

REMARK = "議題1の日付が違います。"


@pytest.fixture
def drafted(held, item, mori, iin, decide):
    """Decided, drafted by Mori; Iin is invited and has pledged."""
    factories.invite_to(held, mori, iin.person_id)
    factories.sign_pledge(iin)
    decide(held, item, Outcome.NOTE, mori, sentence="次回までに調べる。")
    service.draft_minutes(held, by=mori, at=the_clock.now())
    db.session.commit()
    return held


def circulate(meeting, by):
    until = the_clock.today() + timedelta(days=7)
    writing.circulate(meeting, until, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()


def ask(meeting, by, text=REMARK):
    page = queries.meeting_page(by, meeting.id, today=the_clock.today())
    asked = writing.remark(meeting, text, folder_open=page.folder_open, by=by, at=the_clock.now())
    db.session.commit()
    return asked


def rewrite(meeting, text, by, opened=1):
    return writing.rewrite(meeting, text, "直した。", opened=opened, by=by, at=the_clock.now())


def test_the_first_text_is_made_of_what_was_noted(drafted, item):
    text = minutes.text_of(drafted.id)
    assert text.number == 1
    assert text.text.startswith(f"## 議題1 {item.title}")
    assert f"**{Outcome.NOTE.label}** 次回までに調べる。" in text.text
    assert item.question in text.text


@pytest.mark.both
def test_versions_are_added_and_none_is_overwritten(drafted, mori, hara):
    first = minutes.text_of(drafted.id).text
    rewrite(drafted, first + "\n\n追加の一文。", mori)
    with pytest.raises(ConflictError):
        rewrite(drafted, "別の文。", hara, opened=1)
    assert minutes.get_version(drafted, 1).text == first
    assert [one.number for one in minutes.minutes_page(drafted).versions] == [2, 1]


@pytest.mark.both
def test_members_read_the_draft_once_it_is_circulated_and_ask_for_corrections(
    drafted, mori, iin, sign_in
):
    url = f"/meetings/{drafted.id}/minutes"
    assert "次回までに調べる。" not in sign_in(iin).get(url).text
    with pytest.raises(NotAllowedError):
        ask(drafted, iin)
    circulate(drafted, mori)
    told = sa.select(Notice.person_id).where(Notice.event == Event.MINUTES_CIRCULATED)
    assert list(db.session.scalars(told)) == [iin.person_id]
    assert "次回までに調べる。" in sign_in(iin).get(url).text
    ask(drafted, iin)
    (asked,) = minutes.minutes_page(drafted).remarks
    assert (asked.text, asked.text_number, asked.answer) == (REMARK, 1, None)


@pytest.mark.both
def test_a_request_is_answered_once_and_before_approval(drafted, mori, hara, iin, clock):
    circulate(drafted, mori)
    asked = ask(drafted, iin)
    with pytest.raises(ConflictError):
        service.approve_minutes(drafted, by=hara, at=clock.now())
    db.session.rollback()
    who = {"by": mori, "at": clock.now()}
    with pytest.raises(InvalidInputError):
        writing.answer_remark(drafted, asked, RemarkAnswer.NOT_TAKEN_UP, "", **who)
    writing.answer_remark(drafted, asked, RemarkAnswer.TAKEN_UP, "", **who)
    with pytest.raises(ConflictError):
        writing.answer_remark(drafted, asked, RemarkAnswer.TAKEN_UP, "", **who)
    service.approve_minutes(drafted, by=hara, at=clock.now())
    assert (drafted.status, drafted.approved_alone) == (MeetingStatus.MINUTES_APPROVED, False)


def test_the_author_does_not_approve_while_somebody_else_could(drafted, mori, hara, clock):
    with pytest.raises(ConflictError):
        service.approve_minutes(drafted, by=mori, at=clock.now())
    rewrite(drafted, "原が書いた。", hara)
    with pytest.raises(ConflictError):
        service.approve_minutes(drafted, by=hara, at=clock.now())
    service.approve_minutes(drafted, by=mori, at=clock.now())
    assert not drafted.approved_alone


def test_where_there_is_nobody_else_that_is_kept(case_held, case_item, sato, decide, clock):
    decide(case_held, case_item, Outcome.STATISTICS, sato)
    service.draft_minutes(case_held, by=sato, at=clock.now())
    others = minutes.others_of_host(case_held, sato.person_id, today=the_clock.today())
    for person_id in others:
        accounts.disable_person(db.session.get_one(Person, person_id), at=clock.now())
    service.approve_minutes(case_held, by=sato, at=clock.now())
    assert case_held.approved_alone


@pytest.mark.both
def test_after_approval_only_addenda_are_written(drafted, mori, hara, clock):
    with pytest.raises(ConflictError):
        writing.add(drafted, "早すぎる追記。", by=mori, at=clock.now())
    service.approve_minutes(drafted, by=hara, at=clock.now())
    with pytest.raises(ConflictError):
        rewrite(drafted, "あとから。", mori)
    writing.add(drafted, "日付は12月3日でした。", by=mori, at=clock.now())
    (added,) = minutes.minutes_page(drafted).addenda
    assert added.text == "日付は12月3日でした。"


def test_nothing_typed_becomes_a_tag_a_link_or_a_picture():
    typed = (
        "# 見出し\n\n- **太字**\n\n<script>alert(1)</script>\n\n[押す](javascript:alert(1)) "
        "![絵](http://a.example/x.png) <http://a.example>"
    )
    html = to_html(typed)
    assert "<h3>見出し</h3>" in html
    assert "<li><strong>太字</strong></li>" in html
    for tag in ("<script", "<a ", "<img", "<h1", "href="):
        assert tag not in html


def test_the_trail_shows_what_was_put_in_and_taken_out():
    pieces = trail.changes("一行目\n二行目\n", "一行目\n二行めです\n")
    kept = "".join(one.text for one in pieces if one.kind.value != "in")
    now = "".join(one.text for one in pieces if one.kind.value != "out")
    assert (kept, now) == ("一行目\n二行目\n", "一行目\n二行めです\n")
    long = "あ" * 9000
    assert len(trail.changes(long, long[:-1] + "い")) == 2


def test_what_was_said_gives_way_where_the_first_text_would_be_too_long(held, item, mori, decide):
    outcomes.write_discussion(held, item, "長い話し合い。" * 200, by=mori, at=the_clock.now())
    decide(held, item, Outcome.NOTE, mori, sentence="次回までに調べる。")
    assert "長い話し合い。" in composing.compose(held, at_most=TEXT_LENGTH)
    short = composing.compose(held, at_most=500)
    assert "長い話し合い。" not in short
    assert "長いため" in short
    assert "次回までに調べる。" in short, "what was decided stays"


# --- the pages ---


def test_there_are_no_minutes_before_the_meeting(meeting, mori, sign_in):
    page = sign_in(mori).get(f"/meetings/{meeting.id}/minutes").text
    assert "会議を開いたあとに作れます" in page
    assert f"/meetings/{meeting.id}/minutes.pdf" not in page


def test_two_people_write_and_both_texts_are_shown(drafted, mori, hara, sign_in):
    url = f"/meetings/{drafted.id}/minutes/edit"
    first, second = sign_in(mori), sign_in(hara)
    old = {"text": "森の文。", "why": "", **_hidden(first, url)}
    other = {"text": "原の文。", "why": "", **_hidden(second, url)}
    assert second.post(url, data=other).status_code == 303
    refused = first.post(url, data=old)
    assert refused.status_code == 409
    assert "森の文。" in refused.text
    assert "原の文。" in refused.text
    assert minutes.text_of(drafted.id).text == "原の文。"


def _hidden(browser, url):
    forms = (form_fields(form) for form in parsed(browser.get(url).text).iter("form"))
    (fields,) = (fields for fields in forms if "opened" in fields)
    return {name: fields[name] for name in ("csrf_token", "request_key", "opened")}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_of_the_minutes_are_sound(drafted, mori, hara, iin, sign_in, lang, clock):
    circulate(drafted, mori)
    asked = ask(drafted, iin)
    rewrite(drafted, "## 題\n\n- 直した\n", mori)
    db.session.commit()
    url = f"/meetings/{drafted.id}/minutes"
    for person, paths in (
        (mori, ("", "/edit", "/versions/1", "/versions/2", f"/remarks/{asked.id}")),
        (iin, ("", "/versions/2")),
    ):
        for path in paths:
            answer = sign_in(person).get(f"{url}{path}?lang={lang}")
            assert answer.status_code == 200, path
            assert_sound(answer.text, path, lang)
    writing.answer_remark(drafted, asked, RemarkAnswer.TAKEN_UP, "", by=mori, at=the_clock.now())
    service.approve_minutes(drafted, by=hara, at=the_clock.now())
    writing.add(drafted, "追記です。", by=mori, at=the_clock.now())
    db.session.commit()
    for person in (mori, iin):
        answer = sign_in(person).get(f"{url}?lang={lang}")
        assert "追記です。" in answer.text
        assert_sound(answer.text, url, lang)
