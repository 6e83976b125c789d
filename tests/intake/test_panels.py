"""What stands beside a filing: it answers while one types, keeps nothing, and chooses nothing."""

import uuid
from contextlib import closing

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa

from tests import factories, links
from tests.databases import contents
from tests.intake.pages import NEW, cases, form_of, fragment, ids, panel, part, press
from tracker.accounts.roles import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.issues.models import IssueCase, IssueStatus, IssueWish
from tracker.issues.relating import service as relating
from tracker.settings.models import Danger

PANELS = ("check", "beside", "alike", "emergency")
SHOPPING = "近くの店が閉まり、米と飲み物の買い物を頼まれた。"
MY_NUMBER = "123456789018"
ALL_OF_IT = {
    "act_type": "HK03",
    "summary": SHOPPING,
    "danger": "LIFE",
    "ability_to_pay": "NONE",
    "gap": "G1",
}


@pytest.fixture
def filled(aoi, sato, mori):
    """There is something to show in every panel."""
    earlier = factories.make_case(by=aoi)
    factories.make_issue(sato, earlier, status=IssueStatus.CONFIRMED)
    factories.make_resource(sato)
    links.make_link(mori)


# --- how they answer ---


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_answers_while_somebody_else_writes(aois, filled, name):
    sent = {**form_of(aois.get(NEW).text), **ALL_OF_IT}
    db.session.rollback()
    with closing(sqlite.connect(db.engine.url.database)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        answer = aois.send(f"{NEW}/{name}", sent)
        other.execute("ROLLBACK")
    assert (answer.status_code, bool(answer.text.strip())) == (200, True)


@pytest.mark.both
def test_no_panel_writes_anything(aois, filled):
    sent = {**form_of(aois.get(NEW).text), **ALL_OF_IT}
    db.session.rollback()
    before = contents()
    for name in PANELS:
        assert aois.send(f"{NEW}/{name}", sent).status_code == 200
    assert contents() == before


@pytest.mark.parametrize("name", PANELS)
def test_no_panel_can_be_asked_by_an_address(aois, name):
    answer = aois.get(f"{NEW}/{name}?summary=x")
    assert answer.status_code == 405


def test_the_page_asks_for_nothing_by_an_address(aois):
    html = aois.get(NEW).text
    assert "hx-get" not in html
    assert html.count("hx-post") >= 6


@pytest.mark.parametrize("name", PANELS)
def test_an_officer_may_ask_for_no_panel(sign_in, mori, name):
    assert sign_in(mori).send(f"{NEW}/{name}", ALL_OF_IT).status_code == 403


@pytest.mark.parametrize("name", PANELS)
def test_a_my_number_is_in_no_answer(aois, filled, name):
    fields = ("summary", "wanted", "department", "work_class_reason", "office_ref", "extra_answer")
    words = dict.fromkeys(fields, f"{SHOPPING}番号は {MY_NUMBER} です。")
    for number in (MY_NUMBER, "１２３４５６７８９０１８"):
        sent = {name: text.replace(MY_NUMBER, number) for name, text in words.items()}
        answer = panel(aois, name, **{**ALL_OF_IT, **sent})
        assert answer.status_code == 200
        assert number not in answer.text


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize(
    "odd",
    [
        {"area_id": "x"},
        {"area_id": "99999999999999999999"},
        {"act_type": "XX99"},
        {"danger": "PERHAPS"},
        {"ability_to_pay": "PERHAPS"},
        {"summary": "あ" * 30_000},
        {"case_id": "x"},
        {"tried.99999999999999999999": "FULL"},
        {"steps.x": "<b>"},
    ],
    ids=str,
)
def test_a_panel_answers_whatever_is_sent(aois, filled, name, odd):
    assert panel(aois, name, **{**ALL_OF_IT, **odd}).status_code == 200


@pytest.mark.parametrize("key", ["area_id", "organisation_id"])
@pytest.mark.parametrize("odd", ["x", "-1", "99999999999999999999", ""])
def test_a_key_that_is_none_is_refused_on_the_page(aois, typed, key, odd):
    sent = {**typed(**{key: odd}), "request_key": str(uuid.uuid4())}
    answer = aois.send(NEW, sent)
    assert (answer.status_code, cases()) == (422, [])


# --- suggestions ---


def buttons(html):
    """Codes of the suggested types, best first."""
    found = [e for e in fragment(html) if e[0] == "button"]
    return [part.removeprefix("value=") for e in found for part in e if part.startswith("value=")]


def test_words_lead_to_types_with_the_reason(aois):
    answer = panel(aois, "check", summary=SHOPPING)
    assert "HK03" in buttons(answer.text)
    assert "買い物" in answer.text


def test_nothing_is_chosen_by_itself(aois, typed):
    answer = panel(aois, "check", summary=SHOPPING)
    assert "aria-pressed" not in answer.text
    page = press(aois, typed(act_type=None, check="1"))
    assert "HK03" in buttons(page.text)
    assert "act_type" not in form_of(page.text)


def test_what_may_tell_a_person_is_marked_while_one_types(aois):
    answer = panel(aois, "check", summary="長女 090-1234-5678 に連絡。")
    assert "090-1234-5678</mark>" in answer.text


def test_too_few_words_lead_to_nothing(aois):
    assert buttons(panel(aois, "check", summary="はい").text) == []


def test_a_button_chooses_without_javascript_and_files_nothing(aois, typed):
    answer = press(aois, typed(act_type=None, choose="HK03"))
    assert (answer.status_code, cases()) == (200, [])
    fields = form_of(answer.text)
    assert (fields["act_type"], fields["summary"]) == ("HK03", typed()["summary"])


def test_what_was_chosen_by_the_button_is_in_the_draft(aois, typed):
    press(aois, typed(act_type=None, choose="HK03"))
    assert form_of(aois.get(NEW).text)["act_type"] == "HK03"


def test_a_button_that_is_none_of_ours_chooses_nothing(aois, typed):
    answer = press(aois, typed(act_type=None, choose="<b>XX99"))
    assert (answer.status_code, cases()) == (200, [])
    assert "<b>XX99" not in answer.text
    assert "act_type" not in form_of(answer.text)


def test_the_check_button_shows_all_that_the_panels_would(aois, filled, typed):
    sent = typed(**ALL_OF_IT)
    html = press(aois, {**sent, "check": "1"}).text
    for name, place in (("check", "check"), ("beside", "help"), ("alike", "alike")):
        answer = panel(aois, name, **sent)
        assert part(html, place) == fragment(answer.text), name
    assert part(html, "emergency") == fragment(panel(aois, "emergency", **sent).text)
    for key in ("check", "help", "alike", "emergency"):
        assert len(part(html, key)) > 3, key


# --- resources ---


def names(html, *wanted):
    """These words in the order in which they stand in the answer."""
    return sorted((word for word in wanted if word in html), key=html.index)


def test_what_the_person_can_pay_comes_first(aois, sato):
    for name, fee in (("有料の車", "MARKET"), ("有償の会", "PAID_VOL"), ("無料の会", "FREE")):
        factories.make_resource(sato, name_ja=name, fee=fee)
    all_three = ("有料の車", "有償の会", "無料の会")
    poor = panel(aois, "beside", act_type="HK03", ability_to_pay="NONE").text
    assert names(poor, *all_three)[0] == "無料の会"
    partly = panel(aois, "beside", act_type="HK03", ability_to_pay="PARTLY").text
    assert names(partly, *all_three)[-1] == "有料の車"


def test_resources_of_another_area_are_not_offered(aois, nishi):
    factories.make_resource(nishi, name_ja="西の車")
    assert "西の車" not in panel(aois, "beside", act_type="HK03").text


def test_what_was_said_of_a_resource_that_falls_off_the_list_is_not_lost(aois, sato):
    van = factories.make_resource(sato, name_ja="はじめの車", assured_days_ago=30)
    for number in range(5):
        factories.make_resource(sato, name_ja=f"車{number}")
    html = panel(aois, "beside", act_type="HK03", **{f"tried.{van.id}": "FULL"}).text
    assert "はじめの車" in html
    chosen = [e for e in fragment(html) if e[0] == "option" and "value=FULL" in e]
    assert sum("selected=" in e for e in chosen) == 1


# --- issues raised already ---


@pytest.fixture
def issue(aoi, sato):
    """The town knows already that nobody brings the shopping."""
    return factories.make_issue(sato, factories.make_case(by=aoi), status=IssueStatus.CONFIRMED)


def test_an_issue_raised_is_shown_and_left_to_the_centre(aois, issue):
    html = panel(aois, "beside", act_type="HK03").text
    assert issue.title in html
    radios = [e for e in fragment(html) if e[0] == "input" and "name=wished_issue" in e]
    assert [("value=" in e, "checked=" in e) for e in radios] == [(False, False), (True, True)]


def test_add_mine_is_kept_and_sato_attaches_it_with_one_button(aois, typed, issue, sign_in, sato):
    assert press(aois, typed(wished_issue=str(issue.id))).status_code == 303
    case = cases()[-1]
    (wish,) = db.session.scalars(sa.select(IssueWish)).all()
    assert (wish.case_id, wish.issue_id) == (case.id, issue.id)
    satos, page = sign_in(sato), f"/triage/{case.id}"
    assert f"{page}/wish" not in satos.get(page).text  # not before it is accepted
    satos.post_form(page, to=f"{page}/accept")
    assert satos.post_form(page, to=f"{page}/wish").status_code == 303
    held = sa.select(IssueCase).where(IssueCase.case_id == case.id)
    assert [row.issue_id for row in db.session.scalars(held)] == [issue.id]
    assert f"{page}/wish" not in satos.get(page).text


def test_to_leave_it_to_the_centre_wishes_nothing(aois, typed, issue):
    press(aois, typed(wished_issue=""))
    assert db.session.scalars(sa.select(IssueWish)).all() == []


def test_a_wish_for_an_issue_that_is_not_offered_is_refused_with_a_way_to_it(aois, typed, issue):
    answer = press(aois, typed(wished_issue="999999"))
    assert (answer.status_code, len(cases())) == (422, 1)
    assert '<a href="#wished_issue">' in answer.text
    assert "wished_issue" in ids(answer.text)


def test_aoi_takes_her_wish_back_while_she_may_edit(aois, typed, issue):
    press(aois, typed(wished_issue=str(issue.id)))
    case = cases()[-1]
    fields = form_of(aois.get(f"/cases/{case.id}/edit").text)
    assert fields["wished_issue"] == str(issue.id)
    answer = aois.post(f"/cases/{case.id}/edit", data={**fields, "wished_issue": ""})
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalars(sa.select(IssueWish)).all() == []


# --- cases alike ---


def alike(browser, **more):
    """Numbers of the earlier cases that are shown."""
    html = panel(browser, "alike", summary=SHOPPING, act_type="HK03", **more).text
    return [case.number for case in cases() if case.number in html]


def test_aoi_is_shown_what_her_office_filed_and_nothing_of_katos(sign_in, aoi, kato):
    hers, his = factories.make_case(by=aoi), factories.make_case(by=kato)
    numbers = hers.number, his.number
    assert alike(sign_in(aoi)) == [numbers[0]]
    assert alike(sign_in(kato)) == [numbers[1]]


def test_another_office_of_the_same_area_is_shown_nothing_either(sign_in, aoi):
    factories.make_case(by=aoi)
    assert alike(sign_in(factories.person_called("hidamari"))) == []


def test_sato_is_shown_what_was_filed_in_her_area(sign_in, aoi, kato, sato):
    hers = factories.make_case(by=aoi).number
    factories.make_case(by=kato)
    assert alike(sign_in(sato)) == [hers]


def test_sato_joins_only_with_cases_of_the_office_she_files_for(sign_in, aoi, sato):
    hidamari = factories.person_called("hidamari")
    factories.make_case(by=hidamari)
    satos, office = sign_in(sato), str(min(aoi.organisation_ids(Role.AGENCY)))
    sent = {"summary": SHOPPING, "act_type": "HK03", "organisation_id": office}
    assert "same_as" not in panel(satos, "alike", **sent).text
    own = factories.make_case(by=aoi)
    answer = fragment(panel(satos, "alike", **sent).text)
    radios = [e for e in answer if "name=same_as" in e]
    assert [f"value={own.id}" in e for e in radios] == [True, False]


def test_the_case_that_is_changed_is_not_alike_itself(aois, aoi):
    case = factories.make_case(by=aoi)
    assert alike(aois, case_id=str(case.id)) == []
    assert "same_as" not in form_of(aois.get(f"/cases/{case.id}/edit").text)


def test_what_people_separated_is_not_proposed_beside_the_case_again(aois, typed, aoi, sato):
    case, earlier = (factories.make_case(by=aoi) for _ in range(2))
    number = earlier.number
    issue = factories.make_issue(sato, earlier, status=IssueStatus.CONFIRMED)
    key = str(case.id)
    offered = f'value="{issue.id}"'
    beside = {"act_type": "HK03", "case_id": key}
    assert alike(aois, case_id=key) == [number]
    assert offered in panel(aois, "beside", **beside).text
    relating.keep_apart([[case.id], [earlier.id]], by=sato, at=clock.now())
    db.session.commit()
    assert alike(aois, case_id=key) == []
    assert offered not in panel(aois, "beside", **beside).text
    assert offered in panel(aois, "beside", act_type="HK03").text  # of a new case nothing is known


def test_the_same_person_again_is_one_person(aois, typed, aoi):
    first = factories.make_case(by=aoi)
    assert press(aois, typed(same_as=str(first.id))).status_code == 303
    keys = {case.client_key for case in cases()}
    assert len(keys) == 1
    assert None not in keys


def test_a_case_that_is_no_own_one_is_refused_with_a_way_to_it(aois, typed, aoi, kato):
    factories.make_case(by=aoi)
    other = factories.make_case(by=kato)
    answer = aois.send(NEW, {**typed(same_as=str(other.id)), "request_key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert '<a href="#same_as">' in answer.text
    assert "same_as" in ids(answer.text)


# --- the emergency chain ---


@pytest.mark.parametrize(("danger", "first"), [("LIFE", "119"), ("MISSING", "110")])
def test_whom_to_call_stands_there_for_area_and_danger(aois, danger, first):
    html = panel(aois, "emergency", danger=danger).text
    assert f'href="tel:{first}"' in html
    assert 'href="tel:0980-00-2001"' in html


def test_what_the_town_set_is_shown_for_its_area(aois, mori, sato, ono):
    east = min(sato.area_ids(Role.CENTRE))
    links.make_link(mori, area_id=east, name="東の当番", phone="0980-00-2191", danger=Danger.LIFE)
    assert "0980-00-2191" in panel(aois, "emergency", danger="LIFE").text
    away = str(min(ono.area_ids(Role.AGENCY)))
    assert "0980-00-2191" not in panel(aois, "emergency", danger="LIFE", area_id=away).text


def test_without_danger_nothing_is_shown(aois):
    assert panel(aois, "emergency", danger="").text.strip() == ""


def test_the_chain_changes_with_the_area(aois):
    html = aois.get(NEW).text
    (trigger,) = [
        part.removeprefix("hx-trigger=")
        for element in fragment(html)
        if f"hx-post={NEW}/emergency" in element
        for part in element
        if part.startswith("hx-trigger=")
    ]
    assert "change from:#area_id" in trigger


def test_who_was_called_is_kept_and_read_by_the_centre(aois, typed, sign_in, sato):
    sent = typed(danger="LIFE", **{"called.FIRE": "CAME", "called.CENTRE": "NO_ANSWER"})
    page = press(aois, typed(danger="LIFE", check="1"))  # opens the panel
    assert "called.FIRE" in form_of(page.text)
    aois.send(NEW, {**sent, "request_key": str(uuid.uuid4())})
    html = sign_in(sato).get(f"/triage/{cases()[0].id}").text
    for words in ("消防・救急（119）", "来てくれた", "つながらなかった", "命にかかわる"):
        assert words in html
