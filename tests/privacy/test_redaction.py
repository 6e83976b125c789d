"""One text taken out before its time: what was there is nowhere, that something was is said."""

import pytest
import sqlalchemy as sa

from tests.factories import case_draft, make_case, plan_meeting
from tests.house.test_pages import assert_sound
from tests.privacy.test_retention import everywhere
from tracker.cases import filing
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core import drafts, traces
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.erasing import ERASED
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.core.traces import AccessTrace
from tracker.privacy.keeping import queries, service
from tracker.privacy.keeping.models import Redaction, RedactionReason
from tracker.privacy.keeping.service import Wish

WORDS = "くろまめ商店の隣"
NEW = "/audit/redactions/new"


def case_of(aoi):
    """A case in which the words stand twice, in an earlier version and in a draft."""
    case = make_case(aoi, summary=f"{WORDS}に住む。{WORDS}。")
    draft = case_draft(case.area_id, summary=f"買い物。{WORDS}に住む。{WORDS}。")
    filing.revise_case(case, draft, by=aoi, at=the_clock.now(), today=the_clock.today())
    drafts.save(aoi.person_id, f"case-{case.id}", {"addition": WORDS}, at=the_clock.now())
    db.session.commit()
    return case


def take_out(case, by, *, words="", sentence="住まいが分かる。", text=None):
    record = queries.get_record(by, "cases", case.id)
    wish = Wish(text or f"cases.{case.id}.summary", words, RedactionReason.TELLS_PERSON, sentence)
    redaction = service.redact(record, wish, by=by, at=the_clock.now())
    db.session.commit()
    return redaction


@pytest.mark.both
@pytest.mark.parametrize(("words", "left"), [("", ERASED), (WORDS, "買い物。■■■に住む。■■■。")])
def test_what_was_there_is_nowhere(words, left, aoi, kansa):
    case = case_of(aoi)
    assert everywhere().count(WORDS) >= 4
    take_out(case, kansa, words=words)
    assert WORDS not in everywhere()
    db.session.expire_all()
    assert db.session.get_one(Case, case.id).summary == left


def test_that_something_was_there_is_said_with_who_and_why(aoi, kansa):
    redaction = take_out(case_of(aoi), kansa)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "redaction.made")
    ).one()
    assert (entry.subject_id, entry.actor_id) == (redaction.id, kansa.person_id)
    assert entry.facts["now"]["reason"] == "tells_person"


def test_words_that_do_not_stand_there_are_refused(aoi, kansa):
    with pytest.raises(InvalidInputError, match="今の文にありません"):
        take_out(case_of(aoi), kansa, words="ない言葉")


def test_a_reason_has_to_be_written(aoi, kansa):
    with pytest.raises(InvalidInputError):
        take_out(case_of(aoi), kansa, sentence="")


def test_a_text_that_is_gone_cannot_be_taken_out_again(aoi, kansa):
    case = case_of(aoi)
    take_out(case, kansa)
    with pytest.raises(ConflictError):
        take_out(case, kansa)


def test_only_the_privacy_officer_of_the_town_may(aoi, ono, mori, kansa, sign_in):
    case = case_of(aoi)
    record = queries.get_record(kansa, "cases", case.id)
    wish = Wish("x", "", RedactionReason.UNTRUE, "理由。")
    with pytest.raises(NotAllowedError):
        service.redact(record, wish, by=mori, at=the_clock.now())
    for person in (aoi, mori):
        with pytest.raises(NotFoundError):
            queries.get_record(person, "cases", case.id)
    assert sign_in(mori).get(NEW).status_code == 403
    with pytest.raises(NotFoundError):
        queries.get_record(kansa, "cases", make_case(ono).id)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_kansa_finds_a_case_by_its_number_and_takes_a_text_out(lang, aoi, kansa, sign_in):
    case = case_of(aoi)
    browser = sign_in(kansa)
    for url in (f"{NEW}?", "/audit/redactions/?", f"{NEW}?of={case.number}"):
        url += f"&lang={lang}"
        assert_sound(browser.get(url).text, url, lang)
    typed = {
        "text": f"cases.{case.id}.summary",
        "reason": "tells_person",
        "sentence": "住まいが分かる。",
        "sure": "y",
        "request_key": "6a4c1f0e-5f0f-4a59-9b52-0d3a2b8e7c11",
    }
    assert browser.send(f"{NEW}?of={case.number}", typed).status_code == 303
    page = browser.get(f"/audit/redactions/?lang={lang}").text
    assert_sound(page, "/audit/redactions/", lang)
    assert "住まいが分かる。" in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Redaction)) == 1
    db.session.commit()
    traces.writer.flush()
    seen = db.session.scalars(
        sa.select(AccessTrace.subject_id).where(
            AccessTrace.person_id == kansa.person_id, AccessTrace.subject == "cases"
        )
    )
    assert set(seen) == {case.id}


def test_without_the_tick_nothing_goes(aoi, kansa, sign_in):
    case = case_of(aoi)
    typed = {"text": f"cases.{case.id}.summary", "reason": "untrue", "sentence": "誤り。"}
    typed["request_key"] = "6a4c1f0e-5f0f-4a59-9b52-0d3a2b8e7c11"
    answer = sign_in(kansa).send(f"{NEW}?of={case.number}", typed)
    assert answer.status_code == 422
    assert "誤り。" in answer.text
    db.session.expire_all()
    assert WORDS in case.summary


@pytest.mark.parametrize("typed", ["R8-98201-9999", "/cases/999999", "/notes/1", "くろまめ"])
def test_what_is_not_there_is_said_beside_the_box(typed, kansa, sign_in):
    answer = sign_in(kansa).get(NEW, query_string={"of": typed})
    assert answer.status_code == 422
    assert typed in answer.text


def test_a_meeting_is_found_by_its_address(mori, kansa, sign_in):
    meeting = plan_meeting(mori)
    meeting_url = f"https://kakehashi.example.jp/meetings/{meeting.id}"
    assert sign_in(kansa).get(NEW, query_string={"of": meeting_url}).status_code == 200


@pytest.mark.parametrize(
    ("sentence", "words", "part"),
    [
        ("くろまめ商店の近くと分かる。", "", "くろまめ商店の"),
        ("クロ マメ商店と分かる。", WORDS, "クロ マメ商店"),
        ("くろまが分かる。", "くろま", "くろま"),
    ],
)
def test_a_reason_that_says_the_words_again_is_refused(sentence, words, part, aoi, kansa):
    case = case_of(aoi)
    with pytest.raises(InvalidInputError, match=f"「{part}」"):
        take_out(case, kansa, words=words, sentence=sentence)
    db.session.rollback()
    db.session.expire_all()
    assert WORDS in case.summary


def test_a_reason_that_repeats_an_earlier_version_is_refused_too(aoi, kansa):
    case = case_of(aoi)
    draft = case_draft(case.area_id, summary="買い物。")
    filing.revise_case(case, draft, by=aoi, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    with pytest.raises(InvalidInputError, match="くろまめ"):
        take_out(case, kansa, sentence="くろまめの名がある。")


@pytest.mark.parametrize("sentence", ["くろまが分かる。", "隣に。", "本人が求めています。"])
def test_less_than_four_characters_or_a_usual_ending_is_no_repetition(sentence, aoi, kansa):
    case = make_case(aoi, summary=f"{WORDS}に住んで困っています。")
    assert take_out(case, kansa, sentence=sentence).sentence == sentence


def test_the_refused_reason_stays_in_the_form(aoi, kansa, sign_in):
    case = case_of(aoi)
    typed = {
        "text": f"cases.{case.id}.summary",
        "words": WORDS,
        "reason": "tells_person",
        "sentence": "くろまめ商店と分かるから。",
        "sure": "y",
        "request_key": "6a4c1f0e-5f0f-4a59-9b52-0d3a2b8e7c12",
    }
    answer = sign_in(kansa).send(f"{NEW}?of={case.number}", typed)
    assert answer.status_code == 422
    assert "「くろまめ商店」は消去する文に含まれています" in answer.text
    assert "くろまめ商店と分かるから。</textarea>" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Redaction)) == 0
