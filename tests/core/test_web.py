"""What every answer has in common: headers, error pages, language, and where it leads back to."""

import re

import pytest

from tests.client import parsed
from tracker.core import web
from tracker.core.web import local_path

TYPED = "近くの店が閉まり、米と水の買い物を頼まれた。"

# Headers.


@pytest.mark.parametrize(
    "url", ["/", "/sign-in", "/healthz", "/no-such", "/static/css/tracker.css"]
)
def test_every_answer_carries_our_headers(client, url):
    headers = client.get(url).headers
    assert {name: headers[name] for name in web.HEADERS} == web.HEADERS


@pytest.mark.parametrize("url", ["/cases/new", "/cases/999", "/people/invite"])
def test_a_refusal_carries_our_headers_too(sign_in, iin, url):
    answer = sign_in(iin).post(url)
    assert answer.status_code >= 400
    assert {name: answer.headers[name] for name in web.HEADERS} == web.HEADERS


@pytest.mark.own_app
def test_a_bug_carries_our_headers_too(app, client):
    _break(app)
    assert {n: client.get("/broken").headers[n] for n in web.HEADERS} == web.HEADERS


def test_scripts_and_styles_come_from_us_alone(client):
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert (rules["default-src"], rules["script-src"]) == ("'none'", "'self'")
    assert "unsafe" not in policy


def test_no_page_is_kept_by_the_browser(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_a_style_sheet_is_kept_by_the_browser(client):
    assert "no-store" not in client.get("/static/css/tracker.css").headers["Cache-Control"]


def test_behind_tls_the_browser_is_told_to_stay_there(app, client):
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    app.config["BEHIND_TLS"] = True
    assert client.get("/sign-in").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_server_does_not_tell_what_it_is_made_of(client):
    assert "Server" not in client.get("/sign-in").headers


# Names we are called by.


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "host", ["elsewhere.example", "localhost.elsewhere.example", "10.0.0.1", ""]
)
def test_a_name_that_is_not_ours_is_not_answered(client, host, method):
    answer = client.open("/sign-in", method=method, headers={"Host": host})
    assert answer.status_code == 400
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_name_that_is_not_ours_is_not_repeated(client):
    answer = client.get("/sign-in", headers={"Host": "elsewhere.example"})
    assert "elsewhere" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_our_own_names_are_answered(client, host):
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "Forwarded", "X-Original-Host"])
def test_a_name_said_by_nobody_we_trust_is_not_believed(client, name):
    value = "host=elsewhere.example" if name == "Forwarded" else "elsewhere.example"
    answer = client.get("/", headers={name: value})
    assert answer.location == "/sign-in"


# Back to where one was.

FOREIGN = [
    "//elsewhere.example",
    "///elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "https://elsewhere.example",
    "HTTPS:elsewhere.example",
    "javascript:alert(1)",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "\t//elsewhere.example",
    " //elsewhere.example",
    "／／elsewhere.example",
    "elsewhere.example",
    "@elsewhere.example",
    "",
]


@pytest.mark.parametrize("target", FOREIGN)
def test_the_way_back_leads_nowhere_else(client, target):
    form = {"login": "aoi", "password": "kakehashi-demo"}
    page = client.get("/sign-in", query_string={"next": target})
    token = parsed(page.text).find(".//input[@name='csrf_token']").get("value")
    answer = client.post(
        "/sign-in", query_string={"next": target}, data={**form, "csrf_token": token}
    )
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("target", FOREIGN)
def test_somebody_signed_in_is_not_sent_elsewhere_either(sign_in, aoi, target):
    answer = sign_in(aoi).get("/sign-in", query_string={"next": target})
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("target", ["/cases/", "/cases/?status=closed&q=a%20b", "/cases/7"])
def test_the_way_back_leads_to_a_page_of_ours(target):
    assert local_path(target) == target


def test_who_had_to_sign_in_comes_back_to_the_page_asked_for(client):
    asked = client.get("/cases/?status=closed").location
    answer = client.post_form(asked, {"login": "aoi", "password": "kakehashi-demo"})
    assert answer.location == "/cases/?status=closed"


def test_a_form_that_was_sent_signed_out_is_not_repeated_after_signing_in(client, app):
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "the same in every session of the tests"
    assert client.send("/notices/read").location == "/sign-in"


# Error pages.


def _break(app):
    """A page with a mistake in it, as on a server that people use."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken():
        raise RuntimeError("桜餅 has no such attribute")

    broken.public = "a mistake made on purpose"
    app.add_url_rule("/broken", "broken", broken, methods=["GET", "POST"])


ERROR_PAGES = {  # address → status, what the page says in Japanese and in English
    "/no-such": (404, "ページがないか", "There is nothing at this address"),
    "/people/invite": (403, "このページを開けません", "not allowed to open"),
    "/triage/999/accept": (405, "", "could not be carried out"),
}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("url", ERROR_PAGES)
def test_a_refusal_speaks_the_readers_language(sign_in, yama, url, lang):
    status, japanese, english = ERROR_PAGES[url]
    answer = sign_in(yama).get(url, query_string={"lang": lang})
    assert answer.status_code == status
    assert (japanese if lang == "ja" else english) in answer.text
    assert f'<html lang="{lang}"' in answer.text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_error_page_has_a_number_to_give_when_asking_for_help(client, lang):
    page = client.get("/no-such", query_string={"lang": lang}).text
    assert re.search(r"404 / <code>[0-9a-f]{16}</code>", page)


def test_two_errors_have_two_numbers(client):
    numbers = {re.search(r"<code>(\w+)</code>", client.get("/x").text)[1] for _time in range(2)}
    assert len(numbers) == 2


@pytest.mark.own_app
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_bug_is_said_to_be_ours_and_does_not_tell_more(app, client, lang):
    _break(app)
    answer = client.get("/broken", query_string={"lang": lang})
    assert answer.status_code == 500
    said = "こちらの不具合です" if lang == "ja" else "This is our mistake, not yours"
    assert said in answer.text
    assert "桜餅" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.own_app
def test_what_was_typed_is_kept_when_there_is_a_bug(app, sign_in, aoi):
    _break(app)
    answer = sign_in(aoi).send("/broken", {"summary": TYPED})
    assert (answer.status_code, TYPED in answer.text) == (500, True)


def test_a_machine_is_answered_as_a_machine(client):
    answer = client.get("/api/v1/cases")
    assert (answer.status_code, answer.json["error"]["code"]) == (404, 404)


def test_a_missing_page_gives_nothing_typed_back_in_an_address(client):
    assert "<script>" not in client.get("/<script>alert(1)</script>?q=<script>").text


# A form without its token.


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_form_without_its_token_is_refused_and_its_text_kept(sign_in, aoi, lang):
    answer = sign_in(aoi).post(f"/cases/new?lang={lang}", data={"summary": TYPED})
    assert answer.status_code == 400
    assert TYPED in answer.text
    assert ("サインインし直した" if lang == "ja" else "open too long") in answer.text


def test_a_short_text_is_kept_as_well(sign_in, aoi):
    answer = sign_in(aoi).post("/cases/new", data={"wanted": "販売車"})
    assert "販売車" in answer.text


def test_what_was_typed_is_shown_as_text_and_not_as_a_page(sign_in, aoi):
    answer = sign_in(aoi).post("/cases/new", data={"summary": "<script>alert('x')</script>"})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_a_persons_details_are_hidden_in_what_is_shown_again(sign_in, aoi):
    typed = f"{TYPED}電話は090-1234-5678、番号は123456789018"
    answer = sign_in(aoi).post("/cases/new", data={"summary": typed})
    assert f"{TYPED}電話は090-1234-5678、番号は{'●' * 12}" in answer.text


PASSWORDS = {
    "/sign-in": ("password",),
    "/account/password": ("old_password", "password", "again"),
}


@pytest.mark.parametrize(
    ("url", "field"), [(url, field) for url, fields in PASSWORDS.items() for field in fields]
)
def test_a_password_is_never_shown_again(sign_in, client, aoi, url, field):
    browser = client if url == "/sign-in" else sign_in(aoi)
    answer = browser.post(url, data={field: "an umbrella for nine", "summary": TYPED})
    assert (answer.status_code, TYPED in answer.text) == (400, True)
    assert "an umbrella for nine" not in answer.text


# The language.


def test_pages_are_in_japanese_unless_one_asks(client):
    assert '<html lang="ja"' in client.get("/sign-in").text


def test_the_language_asked_for_is_remembered(client):
    client.get("/sign-in?lang=en")
    assert '<html lang="en"' in client.get("/sign-in").text


def test_the_language_can_be_changed_back(client):
    client.get("/sign-in?lang=en")
    client.get("/sign-in?lang=ja")
    assert '<html lang="ja"' in client.get("/sign-in").text


def test_a_language_that_is_none_changes_nothing(client):
    answer = client.get("/sign-in?lang=xx")
    assert '<html lang="ja"' in answer.text
    assert "kakehashi-language" not in str(answer.headers.getlist("Set-Cookie"))


def test_the_language_is_remembered_on_error_pages_too(client):
    client.get("/no-such?lang=en")
    assert '<html lang="en"' in client.get("/no-such").text


def test_the_cookies_are_for_this_site_and_no_script(client):
    cookies = client.get("/sign-in?lang=en").headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_the_switch_keeps_the_address(sign_in, aoi):
    page = parsed(sign_in(aoi).get("/cases/?status=closed").text)
    links = [link.get("href") for link in page.iter("a") if link.get("hreflang") == "en"]
    assert links == ["/cases/?status=closed&lang=en"]
