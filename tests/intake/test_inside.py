"""What stays inside the centre: notes, and who looks after a case; reclassifying; asking back."""

import re
import uuid

import pytest
import sqlalchemy as sa

from tests import desk, factories
from tests.desk import NOTE
from tests.intake.pages import ids
from tracker.accounts.roles import Role
from tracker.cases import service
from tracker.cases.models import Case, CaseStatus, CaseStep
from tracker.cases.service import ClassDraft
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.core.outbox import OutboxMail
from tracker.intake.sorting import queries
from tracker.notifications.models import Event, Notice


@pytest.fixture
def satos(sign_in, sato):
    """Sato at her browser."""
    return sign_in(sato)


@pytest.fixture
def case(aoi):
    return factories.make_case(by=aoi)


def send(browser, case, verb, **fields):
    """Send the form of this step."""
    return browser.send(f"/triage/{case.id}/{verb}", {"request_key": str(uuid.uuid4()), **fields})


# --- notes ---


def test_a_note_is_read_by_the_people_of_the_centre(satos, case):
    assert send(satos, case, "note", note=NOTE).status_code == 303
    assert NOTE in satos.get(f"/triage/{case.id}").text


def test_a_note_is_on_no_page_and_in_no_file_outside_the_centre(sign_in, case, sato, aoi, mori):
    desk.add_note(case, sato)
    for person in (aoi, mori, sato):
        browser = sign_in(person)
        for address in (f"/cases/{case.id}", "/cases/", "/", "/notices/"):
            assert NOTE not in browser.get(address).text, (person.name, address)
        assert NOTE.encode() not in browser.get(f"/cases/{case.id}/sheet.pdf").data


@pytest.mark.both
def test_only_the_centre_of_the_area_reads_notes(case, sato, aoi, nishi, mori, hara, yama, tani):
    desk.add_note(case, sato)
    assert [row.note for row in queries.notes_of(sato, case.id)] == [NOTE]
    for person in (aoi, nishi, mori, hara, yama, tani):
        assert queries.notes_of(person, case.id) == [], person.name


def test_a_note_goes_with_the_case_to_another_centre(case, sato, nishi):
    desk.add_note(case, sato)
    move(case, sato, area=min(nishi.area_ids(Role.CENTRE)))
    assert [row.note for row in queries.notes_of(nishi, case.id)] == [NOTE]
    assert queries.notes_of(sato, case.id) == []


def test_a_note_tells_nobody_and_no_word_of_it_is_in_the_log(case, sato):
    desk.add_note(case, sato)
    assert db.session.scalars(sa.select(Notice)).all() == []
    assert db.session.scalars(sa.select(OutboxMail)).all() == []
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "case.noted_inside")
    ).one()
    assert NOTE not in str(entry.facts)
    assert db.session.scalars(sa.select(TextRevision)).all() == []


def test_a_note_passes_the_gate(satos, case):
    answer = send(satos, case, "note", note="長女 090-1234-5678 に電話。")
    assert answer.status_code == 422
    assert ">090-1234-5678</mark>" in answer.text


@pytest.mark.parametrize("verb", ["note", "assign", "reclassify", "attach"])
def test_nobody_else_may_take_these_steps(sign_in, case, aoi, mori, nishi, verb):
    for person, code in ((aoi, 403), (mori, 403), (nishi, 404)):
        assert send(sign_in(person), case, verb).status_code == code, person.name


def test_the_verbs_ask_for_themselves(case, nishi, mori, clock):
    for person in (nishi, mori):
        with pytest.raises(NotAllowedError):
            desk.add_note(case, person)
        with pytest.raises(NotAllowedError):
            move(case, person, act_type="HK02")
        with pytest.raises(NotAllowedError):
            desk.give(case, None, person)


# --- who looks after it ---


def test_sato_looks_after_a_case(satos, case, sato):
    send(satos, case, "assign", person_id=sato.person_id)
    db.session.rollback()
    row = db.session.get_one(Case, case.id, populate_existing=True)
    assert row.assigned_to_id == sato.person_id
    assert "担当者を佐藤 和恵に変更" in satos.get(f"/triage/{case.id}").text


def test_the_office_is_not_told_who_looks_after_it(sign_in, case, sato, aoi):
    desk.give(case, sato, sato)
    assert "佐藤" not in sign_in(aoi).get(f"/cases/{case.id}").text
    assert db.session.scalars(sa.select(Notice)).all() == []


def test_nobody_of_another_centre_looks_after_it(case, sato, nishi):
    with pytest.raises(InvalidInputError):
        desk.give(case, nishi, sato)


def test_an_answered_case_is_given_to_nobody(case, sato):
    factories.sort(factories.accept(case, by=sato), by=sato, answer=factories.ANSWER)
    with pytest.raises(ConflictError):
        desk.give(case, sato, sato)


# --- type and area ---


def move(case, by, *, act_type=None, area=None, reason="電話で確かめました。"):
    draft = ClassDraft(act_type or case.act_type_code, area or case.area_id, reason)
    service.reclassify_case(case, draft, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    return case


def test_both_types_stay_in_the_history_with_the_reason(sign_in, satos, case, aoi):
    area = case.area_id
    answer = send(
        satos, case, "reclassify", act_type="HK02", area_id=area, class_reason="ごみ出しでした。"
    )
    assert answer.status_code == 303
    for browser, address in ((sign_in(aoi), f"/cases/{case.id}"), (satos, f"/triage/{case.id}")):
        page = re.sub(r"\s+", " ", browser.get(address).text)
        assert "買い物（代行・手段の確保） → ゴミ出し・分別・資源回収 ごみ出しでした。" in page, (
            address
        )


def test_the_filer_is_told_of_another_type(case, sato, aoi):
    move(case, sato, act_type="HK02")
    notice = db.session.scalars(sa.select(Notice)).one()
    assert (notice.person_id, notice.event) == (aoi.person_id, Event.CASE_RECLASSIFIED)


def test_in_another_area_nobody_looks_after_it_and_its_days_go_on(case, sato, nishi, clock):
    desk.give(case, sato, sato)
    due = case.due_on
    clock.move(days=2)
    move(case, sato, area=min(nishi.area_ids(Role.CENTRE)))
    assert (case.assigned_to_id, case.due_on) == (None, due)


def test_whoever_handed_it_over_takes_it_back_until_somebody_does_something(
    satos, case, sato, nishi
):
    east = case.area_id
    move(case, sato, area=min(nishi.area_ids(Role.CENTRE)))
    assert satos.get(f"/triage/{case.id}").status_code == 404
    satos.post_form("/triage/", to="/triage/undo?part=accept")
    db.session.rollback()
    row = db.session.get_one(Case, case.id, populate_existing=True)
    assert (row.area_id, row.came_as.value) == (east, "new")
    move(row, sato, area=min(nishi.area_ids(Role.CENTRE)))
    factories.accept(row, by=nishi)
    act = db.session.scalars(
        sa.select(CaseStep.act).where(CaseStep.kind == "reclassified").order_by(CaseStep.id.desc())
    ).first()
    answer = satos.send("/triage/undo", {"request_key": str(uuid.uuid4()), "act": act})
    assert answer.status_code == 409


def test_an_area_of_another_town_is_refused(case, sato, ono):
    with pytest.raises(InvalidInputError) as refused:
        move(case, sato, area=min(ono.area_ids(Role.AGENCY)))
    assert refused.value.field == "area_id"


def test_the_same_type_and_area_are_no_change(case, sato):
    with pytest.raises(InvalidInputError):
        move(case, sato)


def test_a_sorted_case_keeps_its_type(case, sato):
    factories.sort(factories.accept(case, by=sato), by=sato)
    with pytest.raises(ConflictError):
        move(case, sato, act_type="HK02")


# --- asking the office ---


def test_the_office_sees_on_top_what_it_is_asked_to_complete(satos, sign_in, case, aoi):
    fields = ["times_handled", "household"]
    answer = send(satos, case, "return", reason="頻度を教えてください。", fields_asked=fields)
    assert answer.status_code == 303
    html = sign_in(aoi).get(f"/cases/{case.id}/edit").text
    top = html[html.index('id="question-head"') : html.index('class="form filing"')]
    assert "頻度を教えてください。" in top
    assert re.findall(r'href="#(\w+)"', top) == fields_on_page(html)


def fields_on_page(html):
    """Where the links lead: the number of times, and the circumstances of the household."""
    wanted = ("times_handled", "circumstances")
    return [key for key in wanted if key in ids(html)]


def test_what_was_asked_is_gone_when_the_case_comes_back(satos, sign_in, case, aoi):
    send(satos, case, "return", reason="頻度を教えてください。", fields_asked=["times_handled"])
    sign_in(aoi).post_form(f"/cases/{case.id}/edit", {"times_handled": "4"})
    db.session.rollback()
    row = db.session.get_one(Case, case.id, populate_existing=True)
    assert (row.status, row.asked) == (CaseStatus.SUBMITTED, [])
    assert "頻度を教えてください。" not in sign_in(aoi).get(f"/cases/{case.id}/edit").text


def test_a_field_nobody_can_fill_in_is_refused(case, sato, clock):
    with pytest.raises(InvalidInputError):
        service.return_case(case, "教えてください。", by=sato, at=clock.now(), fields=["status"])


# --- handing on ---


def test_a_body_of_the_town_is_handed_to_with_its_telephone(satos, case, sato):
    factories.accept(case, by=sato)
    html = satos.get(f"/triage/{case.id}").text
    key = re.search(r'<option value="(\d+)">見晴市社会福祉協議会 0980-00-2300', html)[1]
    sent = {"disposition": "redirected", "disposition_reason": "other_duty", "known_body": key}
    assert send(satos, case, "sort", **sent).status_code == 303
    db.session.rollback()
    row = db.session.get_one(Case, case.id, populate_existing=True)
    assert (row.redirect_body, row.redirect_contact) == ("見晴市社会福祉協議会", "0980-00-2300")


def test_handing_on_without_a_reason_is_refused(satos, case, sato):
    factories.accept(case, by=sato)
    sent = {"disposition": "redirected", "redirect_body": "環境課", "redirect_contact": "2100"}
    for reason in ("", "once_only"):
        answer = send(satos, case, "sort", **sent, disposition_reason=reason)
        assert answer.status_code == 422
        assert "ほかの機関が担当する理由を選んでください。" in answer.text
