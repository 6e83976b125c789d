"""Who reads which part of a case, and how the town's officer asks for the name of the office."""

import re
import uuid

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.cases import policy, queries, reading, service
from tracker.cases.models import OfficeReveal
from tracker.cases.policy import Group
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError

OFFICE = "あおばケアプラン室"
REASON = "重なる相談が届き、事業所と話すため。"
FEES = {"ability_to_pay": "PARTLY", "charge": "PAID", "charge_band": "B2", "paid_by": "FAMILY"}


@pytest.fixture
def case(aoi):
    return factories.make_case(aoi, **FEES)


def reveal(case, by, at, reason=REASON):
    """The officer asks for the name."""
    service.reveal_office(case, reason, by=by, at=at)
    db.session.commit()


def office_of(person, case, at):
    """What the office is called on the page of this person."""
    return queries.case_page(person, case.id, at=at).office


# --- groups ---


@pytest.mark.both
@pytest.mark.parametrize(
    ("login", "groups"),
    [
        ("aoi", set(Group)),
        ("sato", set(Group)),
        ("mori", {Group.CORE, Group.NARRATIVE, Group.FEE}),
        ("yama", {Group.CORE, Group.NARRATIVE}),
        ("nishi", set()),
        ("kato", set()),
        ("tani", set()),
        ("ken", set()),
        ("kanri", set()),
        ("kansa", set()),
    ],
)
def test_each_reads_the_parts_that_concern_them(request, case, login, groups):
    assert policy.readable(request.getfixturevalue(login), case) == groups


@pytest.mark.both
@pytest.mark.parametrize(("login", "reads"), [("aoi", 4), ("sato", 4), ("mori", 4), ("yama", 0)])
def test_the_coordinator_reads_nothing_of_fees(request, case, login, reads):
    terms = [
        term
        for term, _value in reading.facts(
            queries.case_page(request.getfixturevalue(login), case.id)
        )
    ]
    fees = {str(reading.LABELS[name]) for name in reading.FEE}
    assert len(fees & set(terms)) == reads


def test_the_coordinators_page_shows_no_fee_and_the_officers_no_office(sign_in, case, yama, mori):
    yamas, moris = (sign_in(p).get(f"/cases/{case.id}").text for p in (yama, mori))
    assert "一部なら払える" in moris
    assert "一部なら払える" not in yamas
    assert OFFICE not in moris + yamas


# --- the name of the office ---


@pytest.mark.both
def test_mori_reads_the_name_for_a_day(case, mori, clock):
    assert office_of(mori, case, clock.now()) == "東圏域の事業所"
    reveal(case, mori, clock.now())
    assert office_of(mori, case, clock.now()) == OFFICE
    clock.move(hours=23, minutes=59)
    assert office_of(mori, case, clock.now()) == OFFICE
    clock.move(minutes=1)
    assert office_of(mori, case, clock.now()) == "東圏域の事業所"


@pytest.mark.both
def test_nobody_else_reads_the_name_that_mori_asked_for(case, mori, hara, yama, clock):
    reveal(case, mori, clock.now())
    for person in (hara, yama):
        assert OFFICE not in office_of(person, case, clock.now())


@pytest.mark.both
def test_the_name_of_one_case_shows_no_other(aoi, case, mori, clock):
    other = factories.make_case(by=aoi)
    reveal(case, mori, clock.now())
    assert OFFICE not in office_of(mori, other, clock.now())


@pytest.mark.both
def test_the_list_goes_on_hiding_it(case, mori, clock):
    reveal(case, mori, clock.now())
    (row,) = db.session.execute(queries.cases(mori, queries.CaseFilter()))
    assert (row.office_ja, row.office_en) == (None, None)


@pytest.mark.both
@pytest.mark.parametrize("login", ["aoi", "sato", "nishi", "kato", "yama", "tani", "ken", "kansa"])
def test_only_the_officer_of_the_town_may_ask(request, case, login, clock):
    with pytest.raises(NotAllowedError):
        reveal(case, request.getfixturevalue(login), clock.now())
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OfficeReveal)) == 0


@pytest.mark.both
def test_without_a_reason_nothing_is_shown(case, mori, clock):
    with pytest.raises(InvalidInputError) as refused:
        reveal(case, mori, clock.now(), reason="")
    assert refused.value.field == "reason"
    db.session.rollback()
    assert OFFICE not in office_of(mori, case, clock.now())


@pytest.mark.both
def test_who_asked_and_when_stands_in_the_audit_log_and_the_reason_as_a_hash(case, mori, clock):
    reveal(case, mori, clock.now())
    (entry,) = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "case.office_revealed")
    )
    assert (entry.actor_id, entry.subject_id, entry.at) == (mori.person_id, case.id, clock.now())
    assert list(entry.facts["texts"]) == ["reason"]
    assert REASON not in repr(entry.facts)
    kept = db.session.scalars(sa.select(OfficeReveal.reason)).all()
    assert kept == [REASON]
    assert db.session.scalars(sa.select(TextRevision.text)).all() == []


# --- on the page ---


def ask(browser, case, reason):
    """Mori fills in the small form on the page."""
    return browser.post_form(f"/cases/{case.id}", {"reason": reason}, to=f"/cases/{case.id}/reveal")


def test_mori_asks_on_the_page_and_reads_the_name_there_and_not_in_the_list(sign_in, case, mori):
    browser = sign_in(mori)
    assert OFFICE not in browser.get(f"/cases/{case.id}").text
    assert ask(browser, case, REASON).status_code == 303
    html = browser.get(f"/cases/{case.id}").text
    assert OFFICE in html
    assert f"/cases/{case.id}/reveal" not in html
    assert OFFICE not in browser.get("/cases/").text


def test_an_empty_reason_is_refused_on_the_page_with_a_way_to_the_box(sign_in, case, mori):
    answer = ask(sign_in(mori), case, "  ")
    assert answer.status_code == 422
    assert '<a href="#reason">' in answer.text
    assert OFFICE not in answer.text


def test_a_telephone_number_in_the_reason_is_marked(sign_in, case, mori):
    answer = ask(sign_in(mori), case, "長女 090-1234-5678 から電話。")
    assert answer.status_code == 422
    assert "090-1234-5678</mark>" in answer.text


def test_a_double_click_asks_once(sign_in, case, mori):
    browser, key = sign_in(mori), str(uuid.uuid4())
    sent = {"request_key": key, "reason": REASON}
    answers = [browser.send(f"/cases/{case.id}/reveal", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OfficeReveal)) == 1


@pytest.mark.parametrize(("login", "status"), [("yama", 403), ("sato", 403), ("tani", 404)])
def test_others_are_refused_on_the_page(sign_in, request, case, login, status):
    browser = sign_in(request.getfixturevalue(login))
    sent = {"request_key": str(uuid.uuid4()), "reason": REASON}
    assert browser.send(f"/cases/{case.id}/reveal", sent).status_code == status


# --- adding, on the page ---


def test_aoi_adds_on_the_page_and_sato_reads_it(sign_in, case, aoi, sato):
    browser = sign_in(aoi)
    sent = {"addition": "翌週も頼まれた。"}
    answer = browser.post_form(f"/cases/{case.id}", sent, to=f"/cases/{case.id}/add")
    assert answer.status_code == 303
    assert "翌週も頼まれた。" in sign_in(sato).get(f"/triage/{case.id}").text


def test_an_empty_addition_is_refused_on_the_page_with_a_way_to_the_box(sign_in, case, aoi):
    answer = sign_in(aoi).post_form(
        f"/cases/{case.id}", {"addition": " "}, to=f"/cases/{case.id}/add"
    )
    assert answer.status_code == 422
    assert '<a href="#addition">' in answer.text


def test_a_marked_addition_is_shown_again_as_it_was_typed(sign_in, case, aoi):
    sent = {"addition": "長女 090-1234-5678 から電話。"}
    answer = sign_in(aoi).post_form(f"/cases/{case.id}", sent, to=f"/cases/{case.id}/add")
    assert answer.status_code == 422
    assert "090-1234-5678</mark>" in answer.text
    assert re.search(r"<textarea[^>]*>\s*長女 090-1234-5678 から電話。", answer.text)
