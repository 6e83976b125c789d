"""Filing a case: one short page that keeps what was typed and files it once."""

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.drafts import Draft

NEW = "/cases/new"


def words(element):
    """Everything an element says, blanks made single."""
    return " ".join("".join(element.itertext()).split())


def summary_of(html):
    """(field it leads to, words) of each line of the error summary."""
    boxes = [e for e in parsed(html).iter("div") if e.get("class") == "error-summary"]
    links = [link for box in boxes for link in box.iter("a")]
    return [(link.get("href").removeprefix("#"), words(link)) for link in links]


def filing_form(html):
    """What the browser would send of the filing form as it stands."""
    forms = [f for f in parsed(html).iter("form") if "filing" in (f.get("class") or "")]
    return form_fields(forms[0])


def cases():
    """Every case there is, oldest first."""
    db.session.rollback()
    return db.session.scalars(sa.select(Case).order_by(Case.id)).all()


def test_aoi_files_a_case_and_reads_its_number(aois, typed):
    answer = aois.post_form(NEW, typed())
    assert answer.status_code == 303
    assert "番号は R8-98201-0001 です。" in aois.get(answer.location).text


def test_no_more_than_ten_questions_must_be_answered(aois):
    html = aois.get(NEW).text
    assert html.count("need-required") <= 10


def test_office_area_and_month_are_filled_in(aois, aoi):
    fields = filing_form(aois.get(NEW).text)
    assert fields["organisation_id"] == str(min(aoi.organisation_ids(Role.AGENCY)))
    assert fields["area_id"] == str(min(aoi.area_ids(Role.AGENCY)))
    assert fields["occurred_month"] == "令和8年11月"


def test_an_empty_form_names_every_question_in_the_summary(aois, typed):
    answer = aois.post_form(NEW, {"occurred_month": ""})
    lines = dict(summary_of(answer.text))
    unasked = {"area_id", "organisation_id", "times_handled", "wanted", "request_key"}
    assert (answer.status_code, lines.keys()) == (422, set(typed()) - unasked)
    lines.pop("conduct")  # says why it is asked
    asked = ("入力してください。", "一つ選んでください。")
    assert all(line.endswith(asked) for line in lines.values())


def test_each_line_of_the_summary_leads_to_a_box_on_the_page(aois):
    html = aois.post_form(NEW, {"occurred_month": ""}).text
    ids = {element.get("id") for element in parsed(html).iter()}
    assert {field for field, _line in summary_of(html)} <= ids


def test_the_same_words_stand_beside_the_box(aois, typed):
    html = aois.post_form(NEW, typed(minutes_each="")).text
    ((field, line),) = summary_of(html)
    (beside,) = [e for e in parsed(html).iter("p") if e.get("class") == "field-error"]
    assert beside.get("id") == f"{field}-error"
    assert line.endswith(words(beside).split()[-1])


def test_a_refused_form_keeps_everything_that_was_typed(aois, typed):
    sent = typed(times_handled="たくさん", wanted="移動販売車", ability_to_pay="PARTLY", gap="G2")
    answer = aois.post_form(NEW, sent)
    kept = filing_form(answer.text)
    assert answer.status_code == 422
    assert {name: kept[name] for name in sent} == sent


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("times_handled", "0"),
        ("times_handled", "1000"),
        ("minutes_each", "1441"),
        ("minutes_each", "3.5"),
        ("occurred_month", "8/4"),
        ("occurred_month", "令和8年12月"),
        ("occurred_month", "令和5年10月"),
        ("occurred_month", "平成35年1月"),
        ("act_type", "XX99"),
        ("gap", "G7"),
        ("area_id", "999999"),
        ("summary", "あ" * 401),
        ("wanted", "あ" * 201),
        ("summary", "鈴\x00木"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(aois, typed, field, wrong):
    answer = aois.send(NEW, {**typed(**{field: wrong}), "request_key": str(uuid.uuid4())})
    assert (answer.status_code, cases()) == (422, [])
    assert [named for named, _line in summary_of(answer.text)] == [field]


def test_full_width_digits_are_digits(aois, typed):
    aois.post_form(NEW, typed(times_handled="１２", minutes_each="　３０ "))
    (case,) = cases()
    assert (case.times_handled, case.minutes_each) == (12, 30)


def test_the_month_may_be_written_in_many_ways(aois, typed):
    ways = ["令和8年4月", "R8.4", "2026-04", "2026/4", "202604", "8年4月", "4月", "令和８年４月"]
    for way in ways:
        sent = {**typed(occurred_month=way), "request_key": str(uuid.uuid4())}
        assert aois.send(NEW, sent).status_code == 303, way
    assert {case.occurred_month.isoformat() for case in cases()} == {"2026-04-01"}


def test_words_are_stored_as_they_were_typed(aois, typed):
    aois.post_form(NEW, typed(summary="髙﨑の𠮷さん宅へ。\r\n米を買った。"))
    assert cases()[0].summary == "髙﨑の𠮷さん宅へ。\n米を買った。"


def test_four_hundred_letters_with_line_ends_fit(aois, typed):
    text = "あ" * 199 + "\r\n" + "い" * 200
    assert aois.post_form(NEW, typed(summary=text)).status_code == 303


# --- personal details ---


def test_a_my_number_is_refused_and_hidden(aois, typed):
    answer = aois.post_form(NEW, typed(summary="番号は 123456789018 です。"))
    assert (answer.status_code, cases()) == (422, [])
    assert "123456789018" not in answer.text
    assert filing_form(answer.text)["summary"] == f"番号は {'●' * 12} です。"


def test_a_telephone_number_is_marked_before_it_is_saved(aois, typed):
    answer = aois.post_form(NEW, typed(summary="長女 090-1234-5678 に連絡。"))
    assert (answer.status_code, cases()) == (422, [])
    assert ">090-1234-5678</mark>" in answer.text


def test_one_button_hides_the_marked_words_and_files(aois, typed):
    sent = typed(summary="長女 090-1234-5678 に連絡。", request_key=str(uuid.uuid4()))
    aois.send(NEW, {**sent, "mask_details": "1"})
    assert [case.summary for case in cases()] == ["長女 ●●● に連絡。"]


def test_marked_words_that_were_vouched_for_are_filed(aois, typed):
    text = "役場 0980-00-2100 に連絡。"
    sent = typed(summary=text, request_key=str(uuid.uuid4()))
    aois.send(NEW, {**sent, "details_confirmed": "y"})
    assert [case.summary for case in cases()] == [text]


# --- guidance ---


def beside(browser, code):
    """What the page puts beside the form when this type is chosen."""
    return browser.send(f"{NEW}/beside", {**filing_form(browser.get(NEW).text), "act_type": code})


NO_ROW = "国の資料による手引きは、まだありません"
ROWS = ("HK01", "AD02", "HP02", "SF02", "FN01", "FN03", "MC01")


@pytest.mark.parametrize("code", ROWS)
def test_each_official_row_is_shown_with_its_steps_and_version(aois, code):
    html = beside(aois, code).text
    assert html.count("<li>") >= 2
    assert "第1版" in html
    assert NO_ROW not in html


def test_a_type_without_an_official_row_says_so(aois):
    assert NO_ROW in beside(aois, "PT01").text


def test_guidance_comes_with_the_check_button_and_files_nothing(aois, typed):
    answer = aois.post_form(NEW, {**typed(act_type="SF02"), "check": "1"})
    assert (answer.status_code, cases()) == (200, [])
    assert "110番" in answer.text
    assert filing_form(answer.text)["summary"] == typed()["summary"]


def test_the_check_button_complains_of_nothing_that_is_still_empty(aois):
    html = aois.post_form(NEW, {"check": "1"}).text
    assert summary_of(html) == []


def test_a_code_nobody_knows_brings_no_guidance(aois):
    answer = beside(aois, "XX99")
    assert (answer.status_code, "当てはまるものを選ぶと" in answer.text) == (200, True)


# --- drafts ---


def draft():
    """What is kept of Aoi's filing form; None when nothing."""
    db.session.rollback()
    return db.session.scalars(sa.select(Draft)).one_or_none()


def keep(browser, fields, key=None):
    """The page saves the draft by itself."""
    return browser.send(f"{NEW}/draft", {**fields, "request_key": key or str(uuid.uuid4())})


def test_saving_a_draft_says_when(aois, typed):
    assert "午前10時" in keep(aois, typed()).text


def test_a_draft_is_offered_again_with_what_was_typed(aois, typed, sign_in, aoi):
    keep(aois, typed(summary="途中まで書いた。", times_handled="7", gap="G2"))
    html = sign_in(aoi).get(NEW).text  # another computer
    fields = filing_form(html)
    assert "に保存した下書きです。" in html
    assert (fields["summary"], fields["times_handled"], fields["gap"]) == (
        "途中まで書いた。",
        "7",
        "G2",
    )


def test_a_draft_keeps_a_month_and_number_that_are_not_finished(aois, typed):
    keep(aois, typed(occurred_month="令和8年", times_handled="三"))
    fields = filing_form(aois.get(NEW).text)
    assert (fields["occurred_month"], fields["times_handled"]) == ("令和8年", "三")


def test_the_check_button_keeps_a_month_and_number_that_are_not_finished(aois, typed):
    sent = typed(occurred_month="令和8年", times_handled="三")
    fields = filing_form(aois.post_form(NEW, {**sent, "check": "1"}).text)
    assert (fields["occurred_month"], fields["times_handled"]) == ("令和8年", "三")


def test_a_draft_is_offered_without_complaints(aois, typed):
    keep(aois, typed(occurred_month="令和8年", times_handled="三"))
    assert "field-error" not in aois.get(NEW).text


def test_a_draft_holds_no_personal_detail(aois, typed):
    keep(aois, typed(summary="長女 090-1234-5678 に連絡。"))
    assert draft().fields["summary"] == "長女 ●●● に連絡。"


def test_a_draft_can_be_thrown_away(aois, typed):
    keep(aois, typed())
    aois.post_form(NEW, to=f"{NEW}/draft/discard")
    assert draft() is None
    assert "に保存した下書きです。" not in aois.get(NEW).text


def test_a_draft_is_nobody_elses(aois, typed, sign_in, aoi):
    colleague = factories.make_person("aoyama", min(aoi.organisation_ids(Role.AGENCY)))
    keep(aois, typed(summary="途中まで書いた。"))
    assert "途中まで書いた。" not in sign_in(colleague).get(NEW).text


def test_the_draft_is_gone_after_filing(aois, typed):
    keep(aois, typed())
    aois.post_form(NEW, typed())
    assert (draft(), len(cases())) == (None, 1)


def test_an_autosave_that_arrives_after_filing_brings_no_draft_back(aois, typed):
    key = str(uuid.uuid4())
    aois.send(NEW, {**typed(), "request_key": key})
    keep(aois, typed(), key)
    assert draft() is None


def test_the_draft_button_says_that_the_draft_is_kept(aois, typed):
    html = aois.post_form(NEW, {**typed(), "check": "keep"}).text
    assert draft() is not None
    assert "下書き" in html.split("<main", 1)[1].split("<form", 1)[0]


# --- once ---


def test_a_double_click_files_one_case(aois, typed):
    sent = {**typed(), "request_key": str(uuid.uuid4())}
    answers = [aois.send(NEW, sent) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/cases/{cases()[0].id}"] * 2
    assert len(cases()) == 1


def test_two_clicks_at_the_same_moment_file_one_case(sign_in, aoi, typed):
    sent = {**typed(), "request_key": str(uuid.uuid4())}
    browsers = [sign_in(aoi), sign_in(aoi)]
    db.session.rollback()
    together = threading.Barrier(2)

    def click(browser):
        together.wait(10)
        return browser.send(NEW, sent)

    with ThreadPoolExecutor(2) as fingers:
        answers = list(fingers.map(click, browsers))
    assert len(cases()) == 1
    assert [a.location for a in answers] == [f"/cases/{cases()[0].id}"] * 2


def test_the_same_form_with_other_words_is_refused(aois, typed):
    key = str(uuid.uuid4())
    aois.send(NEW, {**typed(), "request_key": key})
    answer = aois.send(NEW, {**typed(summary="別のこと。"), "request_key": key})
    assert (answer.status_code, len(cases())) == (422, 1)
    assert "この画面は、別の内容で送信済みです。" in answer.text
    assert "別のこと。" in answer.text


def test_back_and_sending_again_does_not_file_twice(aois, typed):
    html = aois.get(NEW).text
    sent = {**filing_form(html), **typed()}
    for _ in range(3):
        assert aois.post(NEW, data=sent).status_code == 303
    assert len(cases()) == 1


def test_a_key_that_is_none_is_refused(aois, typed):
    answer = aois.send(NEW, {**typed(), "request_key": "x"})
    assert (answer.status_code, cases()) == (422, [])


def test_an_officer_may_not_open_the_form(sign_in, mori):
    assert sign_in(mori).get(NEW).status_code == 403


def test_another_office_may_not_be_named(aois, typed, kato):
    other = str(min(kato.organisation_ids(Role.AGENCY)))
    answer = aois.send(NEW, {**typed(organisation_id=other), "request_key": str(uuid.uuid4())})
    assert (answer.status_code, cases()) == (422, [])


def test_fields_nobody_asked_for_change_nothing(aois, typed):
    extra = {"status": "closed", "number": "R8-1", "filed_by_id": "3", "version": "9", "id": "77"}
    aois.send(NEW, {**typed(), **extra, "request_key": str(uuid.uuid4())})
    (case,) = cases()
    assert (case.status.value, case.number) == ("submitted", "R8-98201-0001")
    assert re.fullmatch(r"[1-9]\d?", str(case.id))
