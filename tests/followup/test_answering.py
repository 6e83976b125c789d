"""One press is the answer: signed in, or by the mailed link; the first one is stored."""

import pytest
import sqlalchemy as sa

from tests import databases, factories
from tests.followup.conftest import mailed_path, press, question
from tracker.accounts.models import Membership, Person
from tracker.accounts.roles import Role
from tracker.cases.models import Disposition
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.followup.models import Answer, AnswerLink
from tracker.resources.models import Resource, ResourceStatus


def stored():
    db.session.expire_all()
    found = question()
    return found.answer, found.reason, found.by_link


# By the mailed link.


@pytest.mark.both
def test_a_press_on_the_mailed_page_is_stored(asked, client, aoi):
    answer = press(client, mailed_path(), "used")
    assert (answer.status_code, stored()) == (303, (Answer.USED, None, True))
    assert question().answered_by_id == aoi.person_id
    assert "回答を受け付けました" in client.get(answer.location).text


def test_opening_the_mailed_page_changes_nothing(asked, client):
    path = mailed_path()
    db.session.rollback()
    before = databases.contents()
    assert client.get(path).status_code == 200
    assert databases.contents() == before


def test_the_mailed_page_says_no_word_of_the_case(asked, client):
    page = client.get(mailed_path()).text
    assert "見晴らし号" in page
    assert not any(word in page for word in ("米と飲み物", "販売車"))


@pytest.mark.both
def test_a_link_used_twice_is_told_so_and_keeps_the_first_answer(asked, client):
    path = mailed_path()
    press(client, path, "used")
    again = press(client, path, "not_needed")
    assert (again.status_code, stored()[0]) == (409, Answer.USED)
    page = client.get(path)
    assert page.status_code == 200
    assert "に事業所から「使えた」と回答をいただいています" in page.text


def test_a_link_opened_by_somebody_else_who_is_signed_in_is_refused(asked, sign_in, kato):
    answer = sign_in(kato).get(mailed_path())
    assert (answer.status_code, stored()[0]) == (403, None)
    assert "別の方に送られたものです" in answer.text


def test_a_link_is_too_old_after_sixty_days(asked, client, clock):
    path = mailed_path()
    clock.move(days=61)
    answer = press(client, path, "used")
    assert (answer.status_code, stored()[0]) == (409, None)
    assert "60日を過ぎた" in client.get(path).text


def test_a_link_of_somebody_who_has_left_opens_nothing(asked, client, aoi, clock):
    path = mailed_path()
    clock.move(days=1)
    left = sa.update(Membership).where(Membership.person_id == aoi.person_id)
    db.session.execute(left.values(until_on=the_clock.today().replace(day=24)))
    db.session.commit()
    assert client.get(path).status_code == 404


def test_a_made_up_link_opens_nothing(asked, client):
    assert client.get("/a/" + "0" * 64).status_code == 404


def test_no_table_holds_the_link(asked):
    key = mailed_path().removeprefix("/a/")
    db.session.rollback()
    assert key not in repr(databases.contents())
    assert len(db.session.scalars(sa.select(AnswerLink)).one().token_hash) == 64


# Why it could not be used.


def test_that_it_could_not_be_used_needs_a_reason(asked, client):
    path = mailed_path()
    without = press(client, path, "could_not")
    assert (without.status_code, stored()[0]) == (422, None)
    assert "使えなかった理由を選んでください" in without.text
    press(client, path, "could_not", "DISTANCE")
    assert stored()[:2] == (Answer.COULD_NOT, "DISTANCE")


@pytest.mark.parametrize("said", ["helped", "", "anything"])
def test_an_answer_to_another_question_is_refused(asked, client, said):
    assert press(client, mailed_path(), said).status_code == 422
    assert stored()[0] is None


# Signed in.


@pytest.mark.both
def test_aoi_answers_in_the_app(asked, sign_in, aoi):
    browser = sign_in(aoi)
    press(browser, f"/answers/{asked.id}", "not_needed")
    assert stored() == (Answer.NOT_NEEDED, None, False)
    assert "もう必要ない" in browser.get("/answers/").text


def test_a_colleague_of_aoi_can_answer_too_and_once_is_enough(asked, sign_in, aoi):
    colleague = factories.make_person("aoyama", min(aoi.organisation_ids(Role.AGENCY)))
    press(sign_in(colleague), f"/answers/{asked.id}", "used")
    assert press(sign_in(aoi), f"/answers/{asked.id}", "not_needed").status_code == 409
    assert stored()[0] is Answer.USED


@pytest.mark.parametrize("login", ["kato", "sato", "ono"])
def test_the_question_of_another_office_is_not_there(asked, request, sign_in, login):
    browser = sign_in(request.getfixturevalue(login))
    assert browser.get(f"/answers/{asked.id}").status_code == 404


def test_the_answer_is_sealed_in_the_log_of_the_town(asked, sign_in, aoi):
    press(sign_in(aoi), f"/answers/{asked.id}", "used")
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "question.answered")
    ).one()
    assert (entry.actor_id, entry.facts["now"]) == (
        aoi.person_id,
        {"answer": "used", "reason": None},
    )
    assert entry.chain in aoi.municipality_ids(Role.AGENCY)


def test_the_home_of_an_office_counts_what_waits(asked, sign_in, aoi):
    assert "事業所への質問" in sign_in(aoi).get("/").text


def test_what_is_not_solved_can_be_opened_again_by_whoever_is_signed_in(
    app, aoi, sato, work, sign_in
):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(
        case, by=sato, disposition=Disposition.RESOLVED_EXISTING, answer=factories.ANSWER
    )
    work(days=43)
    browser, asked = sign_in(aoi), question()
    page = press(browser, f"/answers/{asked.id}", "not_solved")
    assert f"/cases/{case.id}#contest" in browser.get(page.location).text
    browser.post_form(f"/cases/{case.id}", {"reason": "まだ続いています。"})
    db.session.expire_all()
    assert db.session.get(type(case), case.id).status.value == "accepted"


def test_a_case_that_is_still_open_is_not_opened_again(asked, sign_in, aoi):
    asked.kind, asked.answer, asked.answered_at = "did_it_help", Answer.NOT_SOLVED, the_clock.now()
    db.session.commit()
    page = sign_in(aoi).get(f"/answers/{asked.id}").text
    assert "#contest" not in page
    assert "この事例はまだ終わっていません" in page


# What others read of it.


def test_the_resources_page_counts_the_answers_for_those_who_keep_it(asked, sign_in, aoi, sato):
    press(sign_in(aoi), f"/answers/{asked.id}", "could_not", "FULL")
    address = f"/resources/{asked.resource_id}"
    assert "いっぱいだった" in sign_in(sato).get(address).text
    assert "報告した事業所の声" not in sign_in(aoi).get(address).text


def test_counts_are_of_ones_own_areas(asked, sign_in, nishi):
    page = sign_in(nishi).get(f"/resources/{asked.resource_id}").text
    assert "報告した事業所の声" not in page


def test_a_person_without_mail_is_asked_in_the_app(aoi, go_live, work, clock, sign_in):
    db.session.get_one(Person, aoi.person_id).wants_mail = False
    db.session.commit()
    factories.make_case(by=aoi)
    go_live()
    work(minutes=16)
    clock.move(minutes=15)
    assert db.session.scalars(sa.select(OutboxMail)).all() == []
    assert "使えそうな社会資源ができました" in sign_in(aoi).get("/notices/").text


def test_a_reason_beside_another_button_is_a_slip_and_nothing_is_stored(asked, sign_in, aoi):
    path = f"/answers/{asked.id}"
    refused = press(sign_in(aoi), path, "used", "COST")
    assert (refused.status_code, stored()[0]) == (422, None)
    assert "別の回答のボタンが押されました" in refused.text
    assert press(sign_in(aoi), path, "could_not", "COST").status_code == 303
    assert stored()[:2] == (Answer.COULD_NOT, "COST")


def test_a_question_about_what_has_ended_says_so(asked, sign_in, aoi, client):
    van = db.session.get_one(Resource, asked.resource_id)
    van.status, van.ended_on, van.instead = (
        ResourceStatus.ENDED,
        the_clock.today(),
        "別の店が回る。",
    )
    db.session.commit()
    browser = sign_in(aoi)
    for page in (browser.get(f"/answers/{asked.id}").text, client.get(mailed_path()).text):
        assert "この社会資源は、今は使えません" in page
        assert "別の店が回る。" in page
    assert "終了" in browser.get("/answers/").text


def test_paging_what_waits_leaves_what_was_answered(asked, sign_in, aoi):
    number, browser = asked.case.number, sign_in(aoi)
    press(browser, f"/answers/{asked.id}", "used")
    assert number in browser.get("/answers/?after=1").text
