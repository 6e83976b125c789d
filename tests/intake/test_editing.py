"""Changing a filed case: what was missing is added, and no colleague is overwritten unknowingly."""

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tracker.accounts.roles import Role
from tracker.cases.models import Case, CaseStatus
from tracker.core.db import db


@pytest.fixture
def case(aoi):
    return factories.make_case(by=aoi)


@pytest.fixture
def colleagues(sign_in, aoi):
    """Somebody of Aoi's office at another browser."""
    return sign_in(factories.make_person("aoyama", min(aoi.organisation_ids(Role.AGENCY))))


def form_of(html):
    """What the browser would send of the form as it stands."""
    forms = [f for f in parsed(html).iter("form") if "filing" in (f.get("class") or "")]
    return form_fields(forms[0])


def opened(browser, case):
    """The form of the case as this browser has it open."""
    return form_of(browser.get(f"/cases/{case.id}/edit").text)


def save(browser, case, form, **changes):
    """Press the button with these changes."""
    return browser.post(f"/cases/{case.id}/edit", data={**form, **changes})


def reread(case):
    """The row as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Case, case.id, populate_existing=True)


def test_the_form_holds_what_was_filed(aois, case):
    form = opened(aois, case)
    assert (form["summary"], form["times_handled"], form["act_type"], form["occurred_month"]) == (
        case.summary,
        "3",
        "HK03",
        "令和8年11月",
    )


def test_saving_the_form_unchanged_changes_no_word(aois, case):
    before = case.summary, case.wanted, case.occurred_month
    assert save(aois, case, opened(aois, case)).status_code == 303
    after = reread(case)
    assert (after.summary, after.wanted, after.occurred_month) == before


def test_aoi_completes_a_returned_case_and_it_is_submitted_again(aois, case, sato):
    factories.send_back(case, by=sato)
    save(aois, case, opened(aois, case), summary="午前中に、買い物を頼まれた。")
    assert reread(case).status is CaseStatus.SUBMITTED


def test_the_second_of_two_editors_sees_both_texts(aois, colleagues, case):
    mine, theirs = opened(aois, case), opened(colleagues, case)
    save(colleagues, case, theirs, summary="同僚が書いたこと。")
    answer = save(aois, case, mine, summary="青井が書いたこと。")
    assert answer.status_code == 409
    (row,) = [
        ["".join(cell.itertext()) for cell in line]
        for line in parsed(answer.text).iter("tr")
        if "differs" in (line.get("class") or "")
    ]
    assert row[1:] == ["青井が書いたこと。", "同僚が書いたこと。"]


def test_nothing_is_overwritten_by_the_second_editor(aois, colleagues, case):
    mine, theirs = opened(aois, case), opened(colleagues, case)
    save(colleagues, case, theirs, summary="同僚が書いたこと。")
    save(aois, case, mine, summary="青井が書いたこと。")
    assert reread(case).summary == "同僚が書いたこと。"


def test_sending_again_after_both_texts_were_seen_saves_ones_own(aois, colleagues, case):
    mine, theirs = opened(aois, case), opened(colleagues, case)
    save(colleagues, case, theirs, summary="同僚が書いたこと。")
    form = form_of(save(aois, case, mine, summary="青井が書いたこと。").text)
    assert form["summary"] == "青井が書いたこと。"
    assert save(aois, case, form).status_code == 303
    assert reread(case).summary == "青井が書いたこと。"


def test_sending_again_is_refused_when_a_third_was_quicker(aois, colleagues, case):
    mine = opened(aois, case)
    save(colleagues, case, opened(colleagues, case), summary="同僚が書いたこと。")
    form = form_of(save(aois, case, mine, summary="青井が書いたこと。").text)
    save(colleagues, case, opened(colleagues, case), summary="同僚がまた書いたこと。")
    assert save(aois, case, form).status_code == 409


def test_a_case_accepted_meanwhile_is_refused_with_the_typed_text(aois, case, sato):
    form = opened(aois, case)
    factories.accept(case, by=sato)
    answer = save(aois, case, form, summary="午前中に、買い物を頼まれた。")
    assert answer.status_code == 409
    assert "この事例は修正できません。" in answer.text
    assert "午前中に、買い物を頼まれた。" in answer.text


def test_a_version_that_is_none_is_a_conflict(aois, case):
    for version in ("x", "0", "99"):
        answer = save(aois, case, opened(aois, case), version=version)
        assert answer.status_code in {409, 422}, version
    assert reread(case).version == 1


def test_a_refused_change_keeps_what_was_typed(aois, case):
    answer = save(aois, case, opened(aois, case), summary="長い話。", minutes_each="0")
    assert answer.status_code == 422
    assert form_of(answer.text)["summary"] == "長い話。"


def test_the_area_of_another_town_is_refused_with_the_way_out(aois, case, ono):
    area = str(min(ono.area_ids(Role.AGENCY)))
    answer = save(aois, case, opened(aois, case), area_id=area)
    assert answer.status_code == 422
    assert "この事例を取り下げて、新しく提出してください。" in answer.text


def test_a_retired_type_can_stay_on_a_case_that_has_it(aois, aoi):
    retired = factories.make_act_type("HK98")
    case = factories.make_case(by=aoi, act_type="HK98")
    retired.valid_until = case.submitted_at.date().replace(day=1)
    db.session.commit()
    assert aois.get(f"/cases/{case.id}/edit").status_code == 200
