"""What may be said beside the ten questions: nothing of it is asked for, and nothing is lost."""

import re
import uuid

import pytest
import sqlalchemy as sa

from tests import databases, factories
from tests.client import parsed
from tests.intake.pages import NEW, cases, form_of, ids, press
from tracker.accounts.roles import Role
from tracker.cases import queries
from tracker.cases.ticks import Ticks
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.intake.forms import CaseForm
from tracker.taxonomy import queries as taxonomy

REFERENCE = "控え-7741-ほ"
FOLDED = {
    "wanted": "自宅近くまで来る販売車",
    "ability_to_pay": "PARTLY",
    "hour_band": "NIGHT",
    "acted_because": "NO_PLACE",
    "charge": "PAID",
    "charge_band": "B2",
    "paid_by": "FAMILY",
    "age_band": "A85",
    "care_level": "C3",
    "work_class": "C3",
    "work_class_reason": "町が頼んできたため。",
}


@pytest.fixture
def ticks(sato):
    """Inputs of every panel, as the page names them."""
    van = factories.make_resource(sato, act_types=("HK01",))
    steps = taxonomy.help_for("HK01", the_clock.today()).guidance.steps
    return {
        "household.ALONE": "on",
        "household.NO_KIN": "on",
        f"steps.{steps[0].id}": "TRIED",
        f"steps.{steps[1].id}": "NOT_AVAILABLE",
        f"tried.{van.id}": "FULL",
        "kinds.RS_HOME": "NONE",
        "called.FIRE": "CAME",
    }


def ticked_case(typed, ticks, **more):
    """A case of the type whose panels show all these rows."""
    return typed(act_type="HK01", danger="LIFE", **ticks, **more)


@pytest.fixture
def shown(sato):
    """The resource serves the type the ticks are of."""
    van = factories.make_resource(sato, act_types=("HK01",))
    return {f"tried.{van.id}": "FULL"}


def kept(html, ticks):
    """Those inputs of the panels the browser would send as they were ticked."""
    fields = form_of(html)
    return {name: fields.get(name) for name in ticks}


def stored(case):
    """The ticks of the case in the database."""
    db.session.rollback()
    viewer = factories.person_called("sato")
    return Ticks.of(queries.get_case(viewer, case.id).ticks)


# --- the ten, and the others ---


def test_at_most_ten_questions_are_marked_as_required_in_either_language(aois):
    for lang in ("ja", "en"):
        assert 8 <= aois.get(f"{NEW}?lang={lang}").text.count("need-required") <= 10


def test_each_required_question_stands_outside_the_fold(aois):
    (fold,) = [
        e
        for e in parsed(aois.get(NEW).text).iter("details")
        if any(box.get("name") == "wanted" for box in e.iter())
    ]
    assert not [e for e in fold.iter() if "need-required" in (e.get("class") or "")]


def test_a_case_is_filed_with_nothing_but_the_required_answers(aois, typed):
    nothing = dict.fromkeys([*FOLDED, "office_ref", "department", "times_handled", "danger"], "")
    assert press(aois, {**typed(), **nothing}).status_code == 303
    (case,) = cases()
    assert (case.times_handled, case.danger, case.work_class, case.client_key) == (
        1,
        None,
        None,
        None,
    )


def test_everything_said_in_the_fold_is_kept(aois, typed):
    assert press(aois, typed(**FOLDED)).status_code == 303
    (case,) = cases()
    assert {name: getattr(case, name) for name in FOLDED} == FOLDED


@pytest.mark.parametrize("name", FOLDED)
def test_the_fold_is_open_when_something_in_it_was_said(aois, typed, name):
    html = press(aois, typed(minutes_each="", **{name: FOLDED[name]})).text
    (fold,) = [
        e
        for e in parsed(html).iter("details")
        if any(box.get("name") == "wanted" for box in e.iter())
    ]
    assert fold.get("open") is not None
    assert form_of(html)[name] == FOLDED[name]


def test_a_class_without_a_reason_is_refused_in_an_open_fold(aois, typed):
    answer = press(aois, typed(work_class="open"))
    assert (answer.status_code, cases()) == (422, [])
    assert '<a href="#work_class_reason">' in answer.text


def test_a_reason_without_a_class_of_ones_own_is_dropped(aois, typed):
    press(aois, typed(work_class="", work_class_reason="町が頼んできたため。"))
    assert cases()[0].work_class_reason == ""


def test_what_the_municipality_asked_names_its_section_and_the_agreement(aois, typed):
    said = {"department": "高齢福祉課", "bodies_agreed": "NO"}
    press(aois, typed(requester="CITY", **said))
    assert (cases()[0].department, cases()[0].bodies_agreed) == ("高齢福祉課", "NO")


@pytest.mark.parametrize("requester", ["SELF", "FAMILY", "HOSPITAL", "POLICE", "NONE"])
def test_any_other_requester_drops_section_and_agreement(aois, typed, requester):
    said = {"department": "高齢福祉課", "bodies_agreed": "NO"}
    press(aois, typed(requester=requester, **said))
    assert (cases()[0].department, cases()[0].bodies_agreed) == ("", None)


def test_another_requester_on_editing_drops_them_too(aois, typed):
    press(aois, typed(requester="CITY", department="高齢福祉課", bodies_agreed="YES"))
    page = f"/cases/{cases()[0].id}/edit"
    fields = form_of(aois.get(page).text)
    assert (fields["department"], fields["bodies_agreed"]) == ("高齢福祉課", "YES")
    assert aois.post(page, data={**fields, "requester": "SELF"}).status_code == 303
    assert (cases()[0].department, cases()[0].bodies_agreed) == ("", None)


# --- ticks ---


def test_every_tick_is_kept(aois, typed, ticks):
    assert press(aois, ticked_case(typed, ticks)).status_code == 303
    given = stored(cases()[0])
    assert (given.household, given.kinds, given.calls) == (
        {"ALONE", "NO_KIN"},
        {"RS_HOME": "NONE"},
        {"FIRE": "CAME"},
    )
    assert sorted(given.steps.values()) == ["NOT_AVAILABLE", "TRIED"]
    assert list(given.resources.values()) == ["FULL"]


def test_a_refused_form_keeps_every_tick(aois, typed, ticks):
    answer = press(aois, ticked_case(typed, ticks, minutes_each=""))
    assert answer.status_code == 422
    assert kept(answer.text, ticks) == ticks


def test_the_check_button_keeps_every_tick(aois, typed, ticks):
    assert kept(press(aois, ticked_case(typed, ticks, check="1")).text, ticks) == ticks


def test_a_draft_keeps_every_tick(aois, typed, ticks):
    aois.send(f"{NEW}/draft", {**ticked_case(typed, ticks), "request_key": str(uuid.uuid4())})
    assert kept(aois.get(NEW).text, ticks) == ticks


def test_the_form_that_changes_a_case_shows_every_tick(aois, typed, ticks):
    press(aois, ticked_case(typed, ticks))
    page = f"/cases/{cases()[0].id}/edit"
    html = aois.get(page).text
    assert kept(html, ticks) == ticks
    before = stored(cases()[0])
    assert aois.post(page, data=form_of(html)).status_code == 303
    assert stored(cases()[0]) == before


def test_a_conflict_keeps_every_tick(aois, typed, ticks, sign_in, aoi):
    press(aois, ticked_case(typed, ticks))
    page = f"/cases/{cases()[0].id}/edit"
    mine = form_of(aois.get(page).text)
    colleague = sign_in(factories.make_person("aoyama", min(aoi.organisation_ids(Role.AGENCY))))
    theirs = {**form_of(colleague.get(page).text), "summary": "同僚が書いたこと。"}
    assert colleague.post(page, data={**theirs, "kinds.RS_HOME": ""}).status_code == 303
    answer = aois.post(page, data=mine)
    assert answer.status_code == 409
    assert kept(answer.text, ticks) == ticks
    assert stored(cases()[0]).kinds == {}


def test_what_was_tried_is_kept_when_the_resource_is_no_longer_offered(aois, typed, shown, sato):
    press(aois, typed(act_type="HK01", **shown))
    for number in range(5):  # made sure of later, so that they come first
        factories.make_resource(sato, name_ja=f"車{number}", act_types=("HK01",))
    page = f"/cases/{cases()[0].id}/edit"
    html = aois.get(page).text
    assert kept(html, shown) == shown
    aois.post(page, data=form_of(html))
    assert list(stored(cases()[0]).resources.values()) == ["FULL"]


@pytest.mark.parametrize(
    ("name", "answer", "panel"),
    [
        ("household.RICH", "on", "household"),
        ("steps.999999", "TRIED", "steps"),
        ("tried.999999", "FULL", "tried"),
        ("kinds.RS_NONE", "FULL", "tried"),
        ("called.NOBODY", "CAME", "called"),
    ],
)
def test_an_unknown_tick_is_refused_with_a_way_to_its_panel(aois, typed, name, answer, panel):
    page = press(aois, typed(act_type="HK01", danger="LIFE", **{name: answer}))
    assert (page.status_code, cases()) == (422, [])
    (link,) = re.findall(r'<a href="#(\w+)">', page.text.split("error-summary", 1)[1])[:1]
    assert link == panel
    assert panel in ids(page.text)


def test_more_ticks_than_any_panel_has_are_cut_off(aois, typed):
    many = {f"steps.{number}": "" for number in range(500)}
    assert press(aois, {**typed(), **many}).status_code == 303


# --- the office's own reference ---


@pytest.mark.both
def test_the_reference_is_nowhere_in_the_database(aois, typed):
    sent = {**typed(office_ref=REFERENCE), "request_key": str(uuid.uuid4())}
    aois.send(f"{NEW}/draft", sent)
    press(aois, {**sent, "check": "1", "request_key": str(uuid.uuid4())})
    dump = repr(databases.contents())
    assert sent["summary"] in dump
    assert REFERENCE not in dump
    assert aois.send(NEW, sent).status_code == 303
    assert cases()[0].client_key is not None
    db.session.rollback()
    assert REFERENCE not in repr(databases.contents())


def test_the_hash_of_what_was_sent_cannot_be_tried_out_for_the_reference(app, typed):
    key = str(uuid.uuid4())

    def hashed():
        fields = {**typed(office_ref="12"), "request_key": key}
        with app.test_request_context(method="POST", data=fields):
            return CaseForm().sent_fields()["office_ref"]

    with_our_key = hashed()
    app.config["CLIENT_KEY"] = "another key"
    assert re.fullmatch("[0-9a-f]{64}", with_our_key)
    assert hashed() != with_our_key


def test_the_same_form_with_another_reference_is_refused(aois, typed):
    key = str(uuid.uuid4())
    aois.send(NEW, {**typed(office_ref="12"), "request_key": key})
    again = aois.send(NEW, {**typed(office_ref="12"), "request_key": key})
    other = aois.send(NEW, {**typed(office_ref="13"), "request_key": key})
    assert (again.status_code, other.status_code, len(cases())) == (303, 422, 1)


def test_the_form_that_changes_a_case_does_not_show_the_reference_and_keeps_it(aois, typed):
    press(aois, typed(office_ref=REFERENCE))
    kept_key, page = cases()[0].client_key, f"/cases/{cases()[0].id}/edit"
    html = aois.get(page).text
    assert REFERENCE not in html
    assert form_of(html)["office_ref"] == ""
    aois.post(page, data={**form_of(html), "summary": "買い物を毎週頼まれている。"})
    assert cases()[0].client_key == kept_key


def test_a_my_number_as_a_reference_is_refused_and_hidden(aois, typed):
    answer = press(aois, typed(office_ref="123456789018"))
    assert (answer.status_code, cases()) == (422, [])
    assert "123456789018" not in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(sa.table("request_keys"))) == 0
