"""What was typed and not sent: one draft for filing, one for each case that is being changed."""

import uuid

import pytest
import sqlalchemy as sa

from tests import factories
from tests.intake.pages import NEW, cases, form_of, press
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core import drafts
from tracker.core.db import db
from tracker.core.drafts import Draft


@pytest.fixture
def case(aoi):
    return factories.make_case(by=aoi)


@pytest.fixture
def colleagues(sign_in, aoi):
    """Somebody of Aoi's office at another browser."""
    return sign_in(factories.make_person("aoyama", min(aoi.organisation_ids(Role.AGENCY))))


def kept():
    """(form) → fields of every draft there is."""
    db.session.rollback()
    return {row.form: row.fields for row in db.session.scalars(sa.select(Draft))}


def keep(browser, fields, page=NEW):
    """The page saves the draft by itself."""
    return browser.send(f"{page}/draft", {"request_key": str(uuid.uuid4()), **fields})


def opened(browser, case):
    """The form of the case as this browser has it open."""
    return form_of(browser.get(f"/cases/{case.id}/edit").text)


def keep_change(browser, case, **changes):
    """The page of this case saves the draft by itself."""
    return keep(browser, {**opened(browser, case), **changes}, f"/cases/{case.id}")


# --- what is kept ---


def test_a_draft_keeps_answers_and_rows_of_panels_and_nothing_secret(aois, typed):
    said = typed(office_ref="控え-1", details_confirmed="y", **{"kinds.RS_HOME": "FULL"})
    keep(aois, {**said, "household.ALONE": "on", "nobody.asked": "x", "status": "closed"})
    fields = kept()["case"]
    assert {"summary", "kinds.RS_HOME", "household.ALONE"} <= fields.keys()
    never = {"office_ref", "details_confirmed", "conduct", "csrf_token", "request_key"}
    assert not (never | {"nobody.asked", "status"}) & fields.keys()


def test_a_my_number_in_a_row_of_a_panel_is_hidden(aois, typed):
    keep(aois, {**typed(), "kinds.RS_HOME": "123456789018", "department": "123456789018"})
    assert "123456789018" not in repr(kept())


def test_a_draft_of_thousands_of_fields_is_cut_off(aois, typed):
    keep(aois, {**typed(), **{f"steps.{number}": "TRIED" for number in range(900)}})
    assert len(kept()["case"]) <= 200


def test_a_draft_is_saved_in_its_place(aois, typed):
    keep(aois, typed(summary="はじめ。"))
    keep(aois, typed(summary="あと。"))
    assert {form: fields["summary"] for form, fields in kept().items()} == {"case": "あと。"}


@pytest.mark.parametrize(("days", "there"), [(30, True), (31, False)])
def test_a_draft_untouched_for_thirty_days_is_gone(aois, typed, clock, aoi, sign_in, days, there):
    keep(aois, typed(summary="途中まで書いた。"))
    clock.move(days=days)
    drafts.expire(the_clock.now())
    db.session.commit()
    assert ("途中まで書いた。" in sign_in(aoi).get(NEW).text) is there


# --- changing a case ---


def test_the_draft_of_a_change_and_that_of_a_filing_do_not_meet(aois, case, typed):
    keep(aois, typed(summary="新しい事例。"))
    keep_change(aois, case, summary="直している事例。")
    assert {form: fields["summary"] for form, fields in kept().items()} == {
        "case": "新しい事例。",
        f"case-{case.id}": "直している事例。",
    }
    assert form_of(aois.get(NEW).text)["summary"] == "新しい事例。"
    assert opened(aois, case)["summary"] == "直している事例。"


def test_two_cases_have_two_drafts(aois, aoi, case):
    other = factories.make_case(by=aoi)
    keep_change(aois, case, summary="ひとつめ。")
    keep_change(aois, other, summary="ふたつめ。")
    assert opened(aois, case)["summary"] == "ひとつめ。"
    assert opened(aois, other)["summary"] == "ふたつめ。"


def test_the_draft_of_a_change_is_thrown_away_alone(aois, case, typed):
    keep(aois, typed())
    keep_change(aois, case, summary="直している事例。")
    page = f"/cases/{case.id}/edit"
    assert aois.post_form(page, to=f"/cases/{case.id}/draft/discard").status_code == 303
    assert list(kept()) == ["case"]
    assert opened(aois, case)["summary"] == case.summary


def test_saving_a_change_ends_its_draft_and_filing_ends_the_other(aois, case, typed):
    keep(aois, typed())
    keep_change(aois, case, summary="直している事例。")
    assert aois.post(f"/cases/{case.id}/edit", data=opened(aois, case)).status_code == 303
    assert list(kept()) == ["case"]
    keep_change(aois, case, summary="また直している。")
    press(aois, typed())
    assert list(kept()) == [f"case-{case.id}"]


def test_a_draft_of_a_change_is_nobody_elses(aois, colleagues, case):
    keep_change(aois, case, summary="直している事例。")
    assert opened(colleagues, case)["summary"] == case.summary


def test_a_tick_taken_away_in_a_draft_stays_away(aois, aoi):
    case = factories.make_case(by=aoi)
    keep_change(aois, case, **{"household.ALONE": "on"})
    assert opened(aois, case)["household.ALONE"] == "on"
    fields = opened(aois, case)
    del fields["household.ALONE"]
    keep(aois, fields, f"/cases/{case.id}")
    assert "household.ALONE" not in opened(aois, case)


@pytest.mark.parametrize("login", ["kato", "ono"])
def test_nobody_drafts_a_change_of_a_case_they_do_not_know(sign_in, request, case, login):
    browser = sign_in(request.getfixturevalue(login))
    assert keep(browser, {"summary": "x"}, f"/cases/{case.id}").status_code == 404
    assert kept() == {}


def test_an_older_draft_does_not_overwrite_a_colleague_unknowingly(aois, colleagues, case):
    keep_change(aois, case, summary="青井が書きかけたこと。")
    theirs = {**opened(colleagues, case), "summary": "同僚が書いたこと。"}
    assert colleagues.post(f"/cases/{case.id}/edit", data=theirs).status_code == 303
    mine = opened(aois, case)  # her draft, begun before
    assert mine["summary"] == "青井が書きかけたこと。"
    answer = aois.post(f"/cases/{case.id}/edit", data=mine)
    assert answer.status_code == 409
    assert "同僚が書いたこと。" in answer.text
    assert cases()[0].summary == "同僚が書いたこと。"
    again = form_of(answer.text)
    assert aois.post(f"/cases/{case.id}/edit", data=again).status_code == 303
    assert cases()[0].summary == "青井が書きかけたこと。"
