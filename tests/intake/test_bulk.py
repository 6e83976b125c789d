"""One step for several cases: the preview, all or none, and taking the whole of it back."""

import time
import uuid

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tracker.accounts.roles import Role
from tracker.cases.models import Case, CaseStatus, CaseStep, Disposition, StepKind
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.issues.models import IssueCase, IssueStatus
from tracker.notifications.models import Notice


@pytest.fixture
def satos(sign_in, sato):
    """Sato at her browser."""
    return sign_in(sato)


@pytest.fixture
def colleagues(sign_in, sato):
    """Shimizu of the same centre, at a browser of their own."""
    centre = min(sato.organisation_ids(Role.CENTRE))
    return sign_in(factories.make_person("shimizu", centre, Role.CENTRE))


def look(browser, cases, step, **more):
    """The preview of this step for these cases."""
    sent = {"request_key": str(uuid.uuid4()), "step": step, "cases": [c.id for c in cases], **more}
    return browser.send("/triage/bulk/preview", sent)


def confirm(browser, page):
    """Press the button of a preview."""
    form = next(f for f in parsed(page.text).iter("form") if f.get("action") == "/triage/bulk")
    rows = [f.get("value") for f in form.iter("input") if f.get("name") == "cases"]
    return browser.post("/triage/bulk", data={**form_fields(form), "cases": rows})


def do(browser, cases, step, **more):
    """Look at the step and take it."""
    return confirm(browser, look(browser, cases, step, **more))


def undo(browser):
    """Take the last act back, as the strip over the inbox does."""
    return browser.post_form("/triage/", to="/triage/undo?part=accept")


def states(cases):
    """How each of the cases stands now."""
    db.session.rollback()
    rows = db.session.scalars(
        sa.select(Case)
        .where(Case.id.in_([c.id for c in cases]))
        .order_by(Case.id)
        .execution_options(populate_existing=True)
    )
    return [row.status.value for row in rows]


def test_the_preview_says_what_would_change_and_what_not_and_changes_nothing(satos, aoi, sato):
    cases = [factories.make_case(by=aoi) for _ in range(3)]
    factories.accept(cases[1], by=sato)
    page = look(satos, cases, "accept")
    assert page.status_code == 200
    assert "2件が変わります。" in page.text
    assert "1件は変わりません。" in page.text
    assert states(cases) == ["submitted", "accepted", "submitted"]


@pytest.mark.both
def test_twelve_cases_are_accepted_as_one_act_with_an_entry_each(satos, aoi, sato):
    cases = [factories.make_case(by=aoi) for _ in range(12)]
    assert do(satos, cases, "accept").status_code == 303
    assert set(states(cases)) == {"accepted"}
    steps = db.session.scalars(sa.select(CaseStep).where(CaseStep.kind == StepKind.ACCEPTED)).all()
    assert (len(steps), len({step.act for step in steps})) == (12, 1)
    entries = sa.select(sa.func.count()).where(AuditEntry.verb == "case.accepted")
    assert db.session.scalar(entries) == 12


@pytest.mark.both
def test_the_whole_of_it_is_taken_back_within_a_day(satos, aoi, clock):
    cases = [factories.make_case(by=aoi) for _ in range(4)]
    do(satos, cases, "accept")
    clock.move(minutes=10)
    assert "（4件）" in satos.get("/triage/").text
    assert undo(satos).status_code == 303
    assert set(states(cases)) == {"submitted"}
    told = sa.select(sa.func.count()).where(Notice.withdrawn_at.is_(None))
    assert db.session.scalar(told) == 0


def test_nothing_is_taken_back_when_one_of_them_has_gone_on(satos, aoi, sato):
    cases = [factories.make_case(by=aoi) for _ in range(3)]
    do(satos, cases, "accept")
    db.session.rollback()
    act = db.session.scalars(sa.select(CaseStep.act).where(CaseStep.kind == "accepted")).first()
    factories.sort(db.session.get_one(Case, cases[1].id), by=sato)
    answer = satos.send("/triage/undo", {"request_key": str(uuid.uuid4()), "act": act})
    assert answer.status_code == 409
    assert cases[1].number in answer.text
    assert states(cases) == ["accepted", "disposed", "accepted"]


def test_a_colleague_cannot_take_it_back(satos, colleagues, aoi):
    cases = [factories.make_case(by=aoi) for _ in range(2)]
    do(satos, cases, "accept")
    act = db.session.scalars(sa.select(CaseStep.act).where(CaseStep.kind == "accepted")).first()
    answer = colleagues.send("/triage/undo", {"request_key": str(uuid.uuid4()), "act": act})
    assert answer.status_code == 404
    assert set(states(cases)) == {"accepted"}


@pytest.mark.both
def test_what_changed_since_the_preview_is_named_and_nothing_is_done(satos, colleagues, aoi):
    cases = [factories.make_case(by=aoi) for _ in range(3)]
    page = look(satos, cases, "accept")
    colleagues.send(f"/triage/{cases[2].id}/accept", {"request_key": str(uuid.uuid4())})
    answer = confirm(satos, page)
    assert answer.status_code == 409
    assert f"1件が変わっています（{cases[2].number}）" in answer.text
    assert states(cases) == ["submitted", "submitted", "accepted"]


def test_a_note_since_the_preview_counts_as_a_change(satos, colleagues, aoi, clock):
    case = factories.make_case(by=aoi)
    page = look(satos, [case], "accept")
    clock.move(minutes=1)
    sent = {"request_key": str(uuid.uuid4()), "note": "待ってください。"}
    colleagues.send(f"/triage/{case.id}/note", sent)
    assert confirm(satos, page).status_code == 409


def test_a_double_click_does_it_once(satos, aoi):
    cases = [factories.make_case(by=aoi) for _ in range(2)]
    page = look(satos, cases, "accept")
    assert [confirm(satos, page).status_code for _ in range(2)] == [303, 303]
    steps = sa.select(sa.func.count()).where(CaseStep.kind == StepKind.ACCEPTED)
    assert db.session.scalar(steps) == 2


@pytest.mark.parametrize("count", [201, 10_000])
def test_too_many_are_refused_with_the_limit(satos, aoi, count):
    factories.make_case(by=aoi)
    keys = [str(number) for number in range(1, count + 1)]
    sent = {"request_key": str(uuid.uuid4()), "step": "accept", "cases": keys}
    answer = satos.send("/triage/bulk/preview", sent)
    assert answer.status_code == 422
    assert "一度にできるのは200件までです。" in answer.text


def test_two_hundred_cases_are_done_in_a_few_seconds(satos, aoi):
    first = factories.make_case(by=aoi)
    factories.make_many(first, 199)
    keys = db.session.scalars(sa.select(Case.id)).all()
    sent = {"request_key": str(uuid.uuid4()), "step": "accept", "cases": list(keys)}
    page = satos.send("/triage/bulk/preview", sent)
    begin = time.perf_counter()
    assert confirm(satos, page).status_code == 303
    assert time.perf_counter() - begin < 15
    db.session.rollback()
    done = sa.select(sa.func.count()).where(Case.status == CaseStatus.ACCEPTED)
    assert db.session.scalar(done) == 200


def test_none_ticked_is_refused(satos):
    answer = look(satos, [], "accept")
    assert answer.status_code == 422
    assert "事例を一つ以上選んでください。" in answer.text


@pytest.mark.parametrize("keys", [["x"], ["-1"], ["1:x"], ["99999999999999999999"]])
def test_keys_that_are_none_do_no_harm(satos, keys):
    sent = {"request_key": str(uuid.uuid4()), "step": "accept", "cases": keys}
    assert satos.send("/triage/bulk/preview", sent).status_code in {404, 422}


def test_a_case_of_another_centre_is_not_found(satos, aoi, kato):
    own, foreign = factories.make_case(by=aoi), factories.make_case(by=kato)
    assert look(satos, [own, foreign], "accept").status_code == 404


def test_several_are_kept_for_the_statistics(satos, aoi, sato):
    cases = [factories.accept(factories.make_case(by=aoi), by=sato) for _ in range(2)]
    do(satos, cases, "statistics")
    assert set(states(cases)) == {"disposed"}
    assert db.session.get_one(Case, cases[0].id).disposition is Disposition.STATISTICS_ONLY
    undo(satos)
    assert set(states(cases)) == {"accepted"}


def test_several_are_given_to_a_colleague_and_taken_back(satos, aoi, sato):
    centre = min(sato.organisation_ids(Role.CENTRE))
    colleague = factories.make_person("shimizu", centre, Role.CENTRE).person_id
    cases = [factories.make_case(by=aoi) for _ in range(3)]
    do(satos, cases, "assign", given_to=colleague)
    db.session.rollback()
    assert {db.session.get_one(Case, c.id).assigned_to_id for c in cases} == {colleague}
    undo(satos)
    db.session.expire_all()
    assert {db.session.get_one(Case, c.id).assigned_to_id for c in cases} == {None}


def test_nothing_is_taken_back_when_one_was_given_on_since(satos, colleagues, aoi, sato):
    centre = min(sato.organisation_ids(Role.CENTRE))
    colleague = factories.make_person("hayashi", centre, Role.CENTRE).person_id
    cases = [factories.make_case(by=aoi) for _ in range(2)]
    do(satos, cases, "assign", given_to=colleague)
    do(colleagues, cases[:1], "assign", given_to=sato.person_id)
    page = undo(satos)
    assert cases[0].number in page.text
    assert cases[1].number not in page.text.split("main")[1].split("<table")[0]
    db.session.expire_all()
    assert db.session.get_one(Case, cases[1].id).assigned_to_id == colleague


@pytest.mark.both
def test_several_are_handed_to_another_area_with_a_reason_and_taken_back(satos, aoi, nishi):
    west = min(nishi.area_ids(Role.CENTRE))
    cases = [factories.make_case(by=aoi) for _ in range(3)]
    east = cases[0].area_id
    seen = look(satos, cases, "move", to_area=west)
    refused = confirm(satos, seen)
    assert refused.status_code == 422
    assert 'name="reason"' in refused.text
    form = next(f for f in parsed(refused.text).iter("form") if f.get("action") == "/triage/bulk")
    rows = [f.get("value") for f in form.iter("input") if f.get("name") == "cases"]
    why = {"reason": "川の西側の相談は西センターが担当します。", "cases": rows}
    satos.post("/triage/bulk", data={**form_fields(form), **why})
    db.session.rollback()
    assert {db.session.get_one(Case, c.id).area_id for c in cases} == {west}
    undo(satos)
    db.session.expire_all()
    assert {db.session.get_one(Case, c.id).area_id for c in cases} == {east}


def test_no_area_or_one_of_another_town_can_be_chosen(satos, aoi, ono):
    case, foreign = factories.make_case(by=aoi), factories.make_case(by=ono).area_id
    for area in ("", foreign, 999999):
        assert look(satos, [case], "move", to_area=area).status_code == 422


def test_nobody_of_another_centre_can_be_chosen(satos, aoi, nishi):
    case = factories.make_case(by=aoi)
    assert look(satos, [case], "assign", given_to=nishi.person_id).status_code == 422


@pytest.mark.both
def test_only_cases_of_the_issues_type_and_area_are_attached_and_can_be_taken_back(
    satos, aoi, sato
):
    first, same, other, new = (factories.make_case(by=aoi, act_type=t) for t in TYPES)
    for case in (first, same, other):
        factories.accept(case, by=sato)
    issue = factories.make_issue(sato, first, status=IssueStatus.CONFIRMED)
    page = look(satos, [first, same, other, new], "attach", to_issue=issue.id)
    assert "1件が変わります。" in page.text
    assert "行為種別が課題と違います。" in page.text
    assert "すでにこの課題に紐付いています。" in page.text
    assert confirm(satos, page).status_code == 303
    assert held(issue) == {first.id, same.id}
    assert states([same]) == ["disposed"]
    assert undo(satos).status_code == 303
    assert held(issue) == {first.id}
    assert states([same]) == ["accepted"]


TYPES = ("HK03", "HK03", "HK02", "HK03")


def held(issue):
    """Keys of the cases that support the issue."""
    db.session.rollback()
    return set(db.session.scalars(sa.select(IssueCase.case_id).filter_by(issue_id=issue.id)))


def test_an_issue_of_another_town_cannot_be_chosen(satos, aoi, ono, sato):
    kawai = factories.person_called("kawai")
    foreign = factories.make_issue(kawai, factories.accept(factories.make_case(by=ono), by=kawai))
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    assert look(satos, [case], "attach", to_issue=foreign.id).status_code == 422
    sent = {"request_key": str(uuid.uuid4()), "issue_id": foreign.id}
    assert satos.send(f"/triage/{case.id}/attach", sent).status_code == 422
    assert held(foreign) != {case.id}


def test_only_a_centre_may_do_it(sign_in, aoi, mori, yama, sato):
    case = factories.make_case(by=aoi)
    for person in (aoi, mori, yama):
        browser = sign_in(person)
        for url in ("/triage/bulk/preview", "/triage/bulk", "/triage/undo"):
            assert browser.send(url, {"cases": [case.id]}).status_code == 403, (person.name, url)
