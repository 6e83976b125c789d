"""The town's note beside a filing, and the answer to its question on the way into the case."""

import re
import uuid

import pytest
import sqlalchemy as sa

from tests import factories, links
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core.audit import AuditEntry
from tracker.core.db import db

OTHER = "段差があるのは、玄関と道のどちらですか"


@pytest.fixture
def kawase(ono):
    return min(ono.area_ids(Role.AGENCY))


@pytest.fixture
def aois(sign_in, aoi):
    return sign_in(aoi)


@pytest.fixture
def need(aoi):
    """A need as Aoi types it, with an answer to the town's question."""
    area, office = min(aoi.area_ids(Role.AGENCY)), min(aoi.organisation_ids(Role.AGENCY))
    fields = factories.typed_case(area, office)
    fields |= {"extra_question": links.QUESTION, "extra_answer": "階段があるため。"}
    return lambda **changes: {**fields, "request_key": str(uuid.uuid4()), **changes}


def filing(html):
    """What the browser would send of the filing form as it stands."""
    forms = [f for f in parsed(html).iter("form") if "filing" in (f.get("class") or "")]
    return form_fields(forms[0])


def cases():
    """Question and answer of each case, oldest first."""
    db.session.rollback()
    found = db.session.scalars(sa.select(Case).order_by(Case.id))
    return [(case.extra_question, case.extra_answer) for case in found]


def test_the_panel_shows_notice_contacts_and_question(aois, mori, need):
    links.write_note(mori)
    html = aois.send("/cases/new/beside", need(extra_answer="", extra_question="")).text
    assert html.index("<h2>") < html.index(links.NOTICE) < html.index("業務の類型")
    assert html.index("<summary>") < html.index(links.CONTACTS)
    assert f'name="extra_question" value="{links.QUESTION}"' in html
    assert re.search(rf'<label for="extra_answer">{links.QUESTION}', html)


def test_without_a_note_the_panel_asks_nothing(aois, need):
    html = aois.send("/cases/new/beside", need()).text
    assert "extra_" not in html


def test_the_answer_is_filed_with_its_question_and_read_by_the_centre(
    aois, mori, need, sign_in, sato
):
    links.write_note(mori)
    answer = aois.send("/cases/new", need())
    assert answer.status_code == 303
    assert cases() == [(links.QUESTION, "階段があるため。")]
    for browser, url in ((aois, answer.location), (sign_in(sato), answer.location)):
        page = browser.get(url).text
        assert links.QUESTION in page
        assert "階段があるため。" in page


@pytest.mark.parametrize(
    "changes",
    [{"extra_question": "だれも尋ねていない問い"}, {"extra_question": ""}, {"act_type": "HK02"}],
    ids=["made up", "none", "another type"],
)
def test_an_answer_to_what_the_town_never_asked_here_is_not_kept(changes, aois, mori, need):
    links.write_note(mori)
    assert aois.send("/cases/new", need(**changes)).status_code == 303
    assert cases() == [("", "")]


def test_an_unanswered_question_is_not_kept(aois, mori, need):
    links.write_note(mori)
    aois.send("/cases/new", need(extra_answer=""))
    assert cases() == [("", "")]


def test_the_answer_is_kept_when_the_form_is_refused_and_in_a_draft(aois, mori, need):
    links.write_note(mori)
    refused = aois.send("/cases/new", need(summary=""))
    assert refused.status_code == 422
    aois.send("/cases/new/draft", need())
    for html in (refused.text, aois.get("/cases/new").text):
        kept = filing(html)
        assert kept["extra_answer"] == "階段があるため。"
        assert kept["extra_question"] == links.QUESTION


def test_a_detail_in_the_answer_is_marked_and_can_be_vouched_for(aois, mori, need):
    links.write_note(mori)
    fields = need(extra_answer="長女 090-1234-5678 が言った。")
    asked = aois.send("/cases/new?lang=ja", fields)
    assert asked.status_code == 422
    assert re.search("<mark[^>]*>090-1234-5678", asked.text)
    assert f'<a href="#extra_answer">{links.QUESTION}' in asked.text
    assert_sound(asked.text, "/cases/new", "ja")
    aois.send("/cases/new", {**fields, "details_confirmed": "y"})
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "case.filed")).one()
    assert entry.facts["now"]["details_confirmed"] == ["extra_answer"]


def test_an_answer_stays_with_the_question_it_answers_when_the_town_asks_another(aois, mori, need):
    links.write_note(mori)
    url = aois.send("/cases/new", need()).location
    links.write_note(mori, question=OTHER)
    form = filing(aois.get(f"{url}/edit").text)
    assert (form["extra_question"], form["extra_answer"]) == (links.QUESTION, "階段があるため。")
    form["extra_answer"] = "階段と坂のため。"
    assert aois.post(f"{url}/edit", data=form).status_code == 303
    assert cases() == [(links.QUESTION, "階段と坂のため。")]


def test_a_type_chosen_anew_asks_its_own_question(aois, mori, need):
    links.write_note(mori)
    links.write_note(mori, "HK02", question=OTHER)
    html = aois.send("/cases/new/beside", need(act_type="HK02")).text
    assert f'name="extra_question" value="{OTHER}"' in html
    assert "階段があるため。" not in html


def test_the_question_of_the_town_of_the_area_is_asked(aois, mori, tani, need, kawase):
    links.write_note(mori)
    links.write_note(tani, notice="町のお知らせ", question=OTHER)
    html = aois.send("/cases/new/beside", need(area_id=str(kawase))).text
    assert "町のお知らせ" in html
    assert links.NOTICE not in html
    assert OTHER in html
