"""Words sent when the sign-in was over: they wait in the sign-in page and come back as a draft."""

import uuid

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeSerializer

from tests import factories
from tests.accounts.conftest import DEMO_PASSWORD
from tests.client import form_fields, parsed
from tests.databases import contents
from tracker.accounts import kept
from tracker.accounts.models import SignInSession
from tracker.accounts.roles import Role
from tracker.core.db import db
from tracker.core.drafts import Draft

NEW = "/cases/new"
WORDS = "近くの店が閉まり、米と水の買い物を頼まれた。"
MORE = "あとから書き足した言葉。"
MY_NUMBER = "123456789018"
OURS = {"Sec-Fetch-Site": "same-origin"}


def end_every_session():
    """On the server nobody is signed in any more."""
    db.session.execute(sa.delete(SignInSession))
    db.session.commit()


def end_sessions_of(person):
    """The sessions of this person are over; they are still known."""
    mine = sa.update(SignInSession).where(SignInSession.person_id == person.person_id)
    db.session.execute(mine.values(ended_at=SignInSession.started_at))
    db.session.commit()


def drafts():
    """(person, form) → summary of every draft."""
    db.session.rollback()
    rows = db.session.scalars(sa.select(Draft)).all()
    return {(row.person_id, row.form): row.fields.get("summary") for row in rows}


def form_with_words(page):
    """The form of the page in which words wait; None when there is none."""
    forms = parsed(page.text).iter("form")
    return next((f for f in forms if form_fields(f).get("kept")), None)


def sealed(page):
    """The words that wait in the page, as the server reads them."""
    return kept._sealer().loads(form_fields(form_with_words(page))["kept"])


def sign_in_on(browser, page, login, password=DEMO_PASSWORD, **how):
    """Somebody signs in on the page that was shown."""
    form = form_with_words(page)
    typed = {**form_fields(form), "login": login, "password": password}
    return browser.post(form.get("action") or "/sign-in", data=typed, **how)


def press_button(browser, page):
    """Somebody signed in takes the words up."""
    form = form_with_words(page)
    return browser.post(form.get("action"), data=form_fields(form))


@pytest.fixture
def aois(sign_in, aoi):
    """Aoi at her browser."""
    return sign_in(aoi)


@pytest.fixture
def late(aois, aoi):
    """Aoi's session is over when she presses the button; the answer."""
    end_sessions_of(aoi)
    return lambda **more: aois.send(NEW, {"summary": WORDS, **more})


# The same person.


@pytest.mark.both
def test_aois_words_come_back_as_her_draft(aois, aoi, late):
    page = late(times_handled="7")
    assert (page.status_code, "この画面に残しています" in page.text) == (401, True)
    assert drafts() == {}
    answer = sign_in_on(aois, page, "aoi")
    assert (answer.status_code, answer.location) == (303, NEW)
    assert drafts() == {(aoi.person_id, "case"): WORDS}
    fields = form_fields(
        next(
            f for f in parsed(aois.get(NEW).text).iter("form") if "filing" in (f.get("class") or "")
        )
    )
    assert (fields["summary"], fields["times_handled"]) == (WORDS, "7")


def test_nothing_is_written_before_aoi_signs_in(late):
    before = contents()
    late()
    assert contents() == before


def test_the_form_says_that_this_is_her_draft(aois, late):
    sign_in_on(aois, late(), "aoi")
    assert "に保存した下書きです。" in aois.get(NEW).text


@pytest.mark.parametrize("password", ["not the password", ""])
def test_a_wrong_password_keeps_the_words(aois, aoi, late, password):
    again = sign_in_on(aois, late(), "aoi", password)
    assert (again.status_code, sealed(again)["fields"]["summary"]) == (422, WORDS)
    sign_in_on(aois, again, "aoi")
    assert drafts() == {(aoi.person_id, "case"): WORDS}


def test_too_many_wrong_passwords_keep_the_words(aois, aoi, late, clock):
    page = late()
    for _try in range(11):
        page = sign_in_on(aois, page, "aoi", "not the password")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "900")
    clock.move(minutes=15)
    sign_in_on(aois, page, "aoi")
    assert drafts() == {(aoi.person_id, "case"): WORDS}


def test_words_about_a_case_come_back_to_that_case(aois, aoi):
    case = factories.make_case(by=aoi)
    end_sessions_of(aoi)
    page = aois.send(f"/cases/{case.id}/edit", {"summary": WORDS, "version": "1"})
    answer = sign_in_on(aois, page, "aoi")
    assert answer.location == f"/cases/{case.id}/edit"
    assert drafts() == {(aoi.person_id, f"case-{case.id}"): WORDS}
    assert WORDS in aois.get(answer.location).text


def test_a_session_that_ran_out_by_itself_is_aois_too(aois, aoi, clock):
    clock.move(minutes=62)
    assert sealed(aois.send(NEW, {"summary": WORDS}))["person_id"] == aoi.person_id


# Somebody else.


@pytest.mark.both
def test_kato_cannot_take_aois_words(aois, aoi, late):
    refused = sign_in_on(aois, late(), "kato")
    assert (refused.status_code, drafts()) == (422, {})
    assert "別の人が入力したもの" in refused.text
    assert aois.get("/").status_code == 303, "kato is not signed in either"
    sign_in_on(aois, refused, "aoi")
    assert drafts() == {(aoi.person_id, "case"): WORDS}


def test_when_nobody_knows_whose_words_they_are_who_may_file_has_them(aois, kato):
    end_every_session()
    page = aois.send(NEW, {"summary": WORDS})
    sign_in_on(aois, page, "kato")
    assert drafts() == {(kato.person_id, "case"): WORDS}


def test_mori_who_files_nothing_is_refused_and_the_words_wait(aois, mori):
    end_every_session()
    refused = sign_in_on(aois, aois.send(NEW, {"summary": WORDS}), "mori")
    assert (refused.status_code, drafts()) == (422, {})
    assert sealed(refused)["fields"]["summary"] == WORDS


def test_words_arrive_even_when_the_browser_has_forgotten_everything(client, aoi):
    page = client.post(NEW, data={"summary": WORDS}, headers=OURS)
    assert page.status_code == 401
    sign_in_on(client, page, "aoi")
    assert drafts() == {(aoi.person_id, "case"): WORDS}


# What nobody can plant.


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=lambda headers: " ".join(headers.values()) or "silent",
)
def test_words_from_elsewhere_do_not_wait(client, headers):
    page = client.post(NEW, data={"summary": WORDS}, headers=headers)
    assert (page.status_code, form_with_words(page)) == (400, None)


def test_a_sign_in_page_from_elsewhere_brings_no_words(client, late):
    form = form_fields(form_with_words(late()))
    typed = {"kept": form["kept"], "login": "aoi", "password": DEMO_PASSWORD}
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
        page = client.post("/sign-in", data=typed, headers=headers)
        assert (page.status_code, form_with_words(page)) == (400, None)
        assert form["kept"] not in page.text
    assert drafts() == {}


@pytest.mark.parametrize("salt", ["kept-text", "another"])
def test_words_with_a_seal_that_is_not_ours_are_no_draft(aois, late, app, salt):
    page = late()
    secret = "a guess" if salt == kept.SALT else app.config["SECRET_KEY"]
    forged = URLSafeSerializer(secret, salt=salt).dumps(sealed(page))
    form = form_fields(form_with_words(page))
    typed = {**form, "kept": forged, "login": "aoi", "password": DEMO_PASSWORD}
    assert aois.post("/sign-in", data=typed).status_code == 303
    assert drafts() == {}


def test_a_seal_in_the_address_is_not_read(aois, late):
    seal = form_fields(form_with_words(late()))["kept"]
    assert form_with_words(aois.get("/sign-in", query_string={"kept": seal})) is None


@pytest.mark.parametrize(("seconds", "there"), [(0, True), (1, False)])
def test_words_wait_for_a_day(aois, late, clock, seconds, there):
    page = late()
    clock.move(days=1, seconds=seconds)
    answer = sign_in_on(aois, page, "aoi")
    assert (answer.status_code, bool(drafts())) == (303, there)
    assert ("元に戻せません" in aois.get("/").text) is not there


# What is never kept.


def test_a_my_number_is_nowhere(aois, aoi, late):
    page = late(summary=f"番号は {MY_NUMBER} です。", wanted="１２３４５６７８９０１８")
    assert sealed(page)["fields"] == {"summary": "番号は ●●● です。", "wanted": "●●●"}
    assert MY_NUMBER not in page.text
    sign_in_on(aois, page, "aoi")
    assert drafts() == {(aoi.person_id, "case"): "番号は ●●● です。"}


def test_a_telephone_number_is_hidden_as_in_every_draft(late):
    page = late(summary="長女 090-1234-5678 に連絡。")
    assert sealed(page)["fields"]["summary"] == "長女 ●●● に連絡。"


def test_the_offices_own_reference_has_to_be_typed_again(aois, late):
    page = late(office_ref="A-17")
    assert "A-17" not in str(sealed(page)) + page.text
    told = "もう一度入力してください"
    assert told in page.text
    sign_in_on(aois, page, "aoi")
    assert told in aois.get(NEW).text


def test_nothing_has_to_be_typed_again_when_no_reference_was_typed(late):
    assert "もう一度入力してください" not in late(office_ref=" ").text


def test_tokens_and_passwords_are_not_among_the_words(late):
    page = late(password="an umbrella for nine", request_key="k", conduct="y", nonsense="x")
    assert sealed(page)["fields"] == {"summary": WORDS}


def test_more_than_twenty_kilobytes_are_shown_to_be_copied(aois, late):
    texts = {
        name: letter * 2000
        for name, letter in zip(
            ("summary", "wanted", "department", "work_class_reason"), "あいうえ", strict=True
        )
    }
    page = late(**texts)
    assert (page.status_code, form_with_words(page)) == (401, None)
    assert all(text in page.text for text in texts.values())


# A script asks.


@pytest.mark.parametrize("path", [f"{NEW}/draft", f"{NEW}/check", NEW])
def test_a_script_is_told_in_one_number_that_nobody_is_signed_in(aois, aoi, path):
    end_sessions_of(aoi)
    answer = aois.send(path, {"summary": WORDS}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text, answer.headers["HX-Reswap"]) == (401, "", "none")


@pytest.mark.parametrize(("person", "status"), [("aoi", 400), (None, 401)])
def test_a_script_with_an_old_token_is_told_in_one_number(client, enter, person, status):
    if person:
        enter(client, person)
    answer = client.send(f"{NEW}/draft", {"summary": WORDS}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text, answer.headers["HX-Reswap"]) == (status, "", "none")
    assert drafts() == {}


# Signed in again meanwhile, in another tab of the same browser.


def test_a_form_of_an_older_sign_in_writes_nothing_until_a_button_is_pressed(client, enter, aoi):
    enter(client, "aoi")
    before = contents()
    page = client.send(NEW, {"summary": WORDS}, headers=OURS)
    assert (page.status_code, WORDS in page.text, contents() == before) == (400, True, True)
    answer = press_button(client, page)
    assert (answer.status_code, answer.location) == (303, NEW)
    assert drafts() == {(aoi.person_id, "case"): WORDS}


def test_a_sign_in_page_of_an_older_sign_in_keeps_the_words(aois, aoi, late, enter):
    page = late()
    enter(aois, "aoi")
    again = sign_in_on(aois, page, "aoi", headers=OURS)
    assert (again.status_code, WORDS in again.text) == (400, True)
    press_button(aois, again)
    assert drafts() == {(aoi.person_id, "case"): WORDS}


def test_in_katos_hands_the_words_of_aoi_stay_aois(aois, late, enter):
    page = late()
    enter(aois, "kato")
    again = sign_in_on(aois, page, "aoi", headers=OURS)
    refused = press_button(aois, again)
    assert (refused.status_code, drafts()) == (422, {})
    assert "別の人が入力したもの" in refused.text


def test_a_sign_in_page_whose_cookie_is_gone_keeps_the_words(aois, aoi, late, client):
    page = late()
    again = sign_in_on(client, page, "aoi", headers=OURS)
    assert again.status_code == 401
    sign_in_on(client, again, "aoi")
    assert drafts() == {(aoi.person_id, "case"): WORDS}


@pytest.mark.both
def test_what_aoi_wrote_since_is_not_overwritten(aois, aoi, late, sign_in, clock):
    page = late()
    clock.move(minutes=5)
    sign_in(aoi).send(f"{NEW}/draft", {"summary": MORE})
    answer = sign_in_on(aois, page, "aoi")
    assert (answer.status_code, WORDS in answer.text) == (409, True)
    assert drafts() == {(aoi.person_id, "case"): MORE}
    assert aois.get("/").status_code == 200, "she is signed in all the same"


def test_an_older_draft_gives_way(aois, aoi, clock):
    aois.send(f"{NEW}/draft", {"summary": MORE})
    clock.move(minutes=5)
    end_sessions_of(aoi)
    sign_in_on(aois, aois.send(NEW, {"summary": WORDS}), "aoi")
    assert drafts() == {(aoi.person_id, "case"): WORDS}


def test_a_form_that_was_filed_before_is_no_draft_again(aois, aoi):
    area, office = min(aoi.area_ids(Role.AGENCY)), min(aoi.organisation_ids(Role.AGENCY))
    sent = {**factories.typed_case(area, office), "request_key": str(uuid.uuid4())}
    assert aois.send(NEW, sent).status_code == 303
    end_sessions_of(aoi)
    answer = sign_in_on(aois, aois.send(NEW, {**sent, "summary": WORDS}), "aoi")
    assert (answer.status_code, WORDS in answer.text, drafts()) == (409, True, {})


def test_a_form_that_keeps_no_drafts_leads_to_the_sign_in_page_as_ever(aois, aoi):
    end_sessions_of(aoi)
    answer = aois.send("/cases/1/withdraw", {"reason": WORDS})
    assert (answer.status_code, answer.location) == (303, "/sign-in")


# The warning.


@pytest.mark.parametrize(("login", "minutes"), [("aoi", 60), ("sato", 30)])
def test_the_page_warns_when_two_minutes_are_left_at_least(request, sign_in, login, minutes):
    page = parsed(sign_in(request.getfixturevalue(login)).get(NEW).text)
    (form,) = [f for f in page.iter("form") if f.get("data-warn-after")]
    assert int(form.get("data-warn-after")) == (minutes - 3) * 60
