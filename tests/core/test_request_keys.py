"""A form sent twice does its work once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import current_app

from tests.client import form_fields, parsed
from tests.core.test_forms import FILED
from tracker.accounts.models import Invitation
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core import request_keys
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.core.request_keys import RequestKey

pytestmark = pytest.mark.both


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def filled_in(browser, url="/cases/new", **changes):
    """The fields of the page's form, its key among them, as a browser would send them."""
    page = parsed(browser.get(url).text)
    forms = [form_fields(form) for form in page.iter("form")]
    (form,) = [form for form in forms if "request_key" in form]
    return {**form, **changes}


# The key itself.


def test_a_new_key_has_not_been_used(app, clock, aoi):
    assert not request_keys.use(aoi.person_id, "a key", {"need": "x"}, at=clock.now()).repeated


def test_the_same_key_gives_the_first_answer_again(app, clock, aoi):
    first = request_keys.use(aoi.person_id, "a key", {"need": "x"}, at=clock.now())
    first.row.answer_id = 42
    db.session.commit()
    again = request_keys.use(aoi.person_id, "a key", {"need": "x"}, at=clock.now())
    assert (again.repeated, again.row.answer_id) == (True, 42)


def test_the_order_of_the_fields_is_no_difference(app, clock, aoi):
    request_keys.use(aoi.person_id, "a key", {"a": 1, "b": 2}, at=clock.now())
    assert request_keys.use(aoi.person_id, "a key", {"b": 2, "a": 1}, at=clock.now()).repeated


def test_the_same_key_with_other_content_is_refused(app, clock, aoi):
    request_keys.use(aoi.person_id, "a key", {"need": "x"}, at=clock.now())
    with pytest.raises(InvalidInputError):
        request_keys.use(aoi.person_id, "a key", {"need": "y"}, at=clock.now())


def test_the_same_key_of_another_person_is_another_key(app, clock, aoi, kato):
    request_keys.use(aoi.person_id, "a key", {"need": "x"}, at=clock.now())
    assert not request_keys.use(kato.person_id, "a key", {"need": "y"}, at=clock.now()).repeated


def test_a_key_whose_work_was_rolled_back_is_new_again(app, clock, aoi):
    request_keys.use(aoi.person_id, "a key", {"need": "x"}, at=clock.now())
    db.session.rollback()
    assert not request_keys.use(aoi.person_id, "a key", {"need": "y"}, at=clock.now()).repeated


def test_a_key_counts_as_used_when_there_is_an_answer(app, clock, aoi):
    use = request_keys.use(aoi.person_id, "a key", {}, at=clock.now())
    assert not request_keys.is_used(aoi.person_id, "a key")
    use.row.answer_id = 1
    db.session.flush()
    assert request_keys.is_used(aoi.person_id, "a key")


def test_what_was_sent_is_kept_as_a_hash_only(app, clock, aoi):
    request_keys.use(aoi.person_id, "a key", {"summary": "桜餅"}, at=clock.now())
    (row,) = db.session.execute(sa.select(RequestKey.__table__)).all()
    assert "桜餅" not in str(row)


# Filing.


def test_a_form_sent_twice_files_one_case(sign_in, aoi):
    browser = sign_in(aoi)
    form = filled_in(browser, **FILED)
    answers = [browser.post("/cases/new", data=form) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count(Case) == 1


def test_the_second_sending_leads_to_the_same_case(sign_in, aoi):
    browser = sign_in(aoi)
    form = filled_in(browser, **FILED)
    first, second = (browser.post("/cases/new", data=form).location for _time in range(2))
    assert first == second


def test_a_form_sent_again_with_other_words_is_refused_and_they_are_kept(sign_in, aoi):
    browser = sign_in(aoi)
    form = filled_in(browser, **FILED)
    browser.post("/cases/new", data=form)
    answer = browser.post("/cases/new", data={**form, "summary": "別の困りごとがありました。"})
    assert (answer.status_code, count(Case)) == (422, 1)
    assert "この画面は、別の内容で送信済みです。" in answer.text
    assert "別の困りごとがありました。" in answer.text


def test_a_form_opened_twice_files_two_cases(sign_in, aoi):
    browser = sign_in(aoi)
    for _time in range(2):
        browser.post("/cases/new", data=filled_in(browser, **FILED))
    assert count(Case) == 2


def test_a_form_without_a_key_is_refused(sign_in, aoi):
    browser = sign_in(aoi)
    form = filled_in(browser, **FILED) | {"request_key": ""}
    assert (browser.post("/cases/new", data=form).status_code, count(Case)) == (422, 0)


def test_a_refused_form_does_not_use_up_its_key(sign_in, aoi):
    browser = sign_in(aoi)
    form = filled_in(browser, **FILED)
    assert browser.post("/cases/new", data={**form, "summary": ""}).status_code == 422
    assert browser.post("/cases/new", data=form).status_code == 303


def test_a_form_sent_from_two_windows_at_once_files_one_case(sign_in, aoi):
    browsers = [sign_in(aoi), sign_in(aoi)]
    form = filled_in(browsers[0], **FILED)
    start = threading.Barrier(2)
    db.session.remove()

    def send(browser):
        start.wait(10)
        return browser.post("/cases/new", data=form)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, browsers))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.location for answer in answers}) == count(Case) == 1


def test_two_threads_with_the_same_key_make_one_row(app, clock, aoi):
    app, start = current_app._get_current_object(), threading.Barrier(2)
    db.session.rollback()

    def use(_number):
        start.wait(10)
        with app.app_context():
            found = request_keys.use(aoi.person_id, "a key", {"need": "x"}, at=clock.now())
            db.session.commit()
            db.session.remove()
            return found.repeated

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == [False, True]
    assert count(RequestKey) == 1


# Inviting.


def test_an_invitation_sent_twice_is_made_once_and_its_link_not_shown_again(sign_in, mori):
    browser = sign_in(mori)
    (office,) = mori.organisation_ids(Role.OFFICER)
    form = filled_in(browser, "/people/invite", organisation=office, role="officer")
    first, second = (browser.post("/people/invite", data=form) for _time in range(2))
    assert ("/invitations/" in first.text, second.status_code) == (True, 303)
    assert count(Invitation) == 1
