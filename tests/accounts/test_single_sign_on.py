"""Single sign-on against a provider in a process of its own."""

import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests

from tests import factories
from tests.provider import CLIENT, SECRET
from tracker.accounts import single_sign_on
from tracker.core.db import db

pytestmark = pytest.mark.own_app


@pytest.fixture
def provider(app):
    """Start a provider that lets everybody in as this login."""
    running = []

    def start(login, amr="pwd", kind="honest"):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = [sys.executable, "-m", "tests.provider", str(port), login, amr, kind]
        process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout.readline() == "ready\n"
        app.config.update(
            OIDC_ISSUER=f"http://127.0.0.1:{port}",
            OIDC_CLIENT_ID=CLIENT,
            OIDC_CLIENT_SECRET=SECRET,
            OIDC_CLAIM="preferred_username",
            BASE_URL="http://localhost",
        )
        single_sign_on.init_app(app)

    yield start
    for process in running:
        process.terminate()
        process.wait()
        process.stdout.close()


def come_back(browser):
    """Go to the provider as a browser does; the page it sends one back to."""
    there = browser.get("/sign-in/outside")
    assert there.status_code == 302
    back = requests.get(there.location, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    assert parts.path == "/sign-in/outside/back"
    return browser.get(f"{parts.path}?{parts.query}")


def press(browser, page):
    """Press the button on the page one came back to."""
    from tests.client import form_fields, parsed

    form = next(f for f in parsed(page.text).iter("form") if "outside" in (f.get("action") or ""))
    return browser.post(form.get("action"), data=form_fields(form))


def test_whoever_the_provider_lets_in_is_in_after_one_press(app, client, natsu, provider):
    provider("natsu")
    assert "/sign-in/outside" in client.get("/sign-in").text
    page = come_back(client)
    assert "natsu" in page.text
    assert client.get("/").status_code == 303  # coming back alone opens nothing
    assert press(client, page).location == "/"
    assert client.get("/").status_code == 200


def test_the_button_counts_once_and_in_this_browser_only(app, client, natsu, provider):
    provider("natsu")
    page = come_back(client)
    other = app.test_client()
    other.get("/sign-in")
    assert press(other, page).status_code in {400, 422}
    assert press(client, page).status_code == 303
    client.post_form("/", to="/sign-out")
    again = press(client, page)
    assert again.status_code in {400, 422}


@pytest.mark.parametrize("login", ["nobody", "aoi", ""])
def test_who_has_no_account_here_and_demo_accounts_stay_outside(client, provider, login):
    provider(login)
    page = come_back(client)
    if login:
        page = press(client, page)
    assert page.status_code == 422
    assert client.get("/").status_code == 303


@pytest.mark.parametrize(
    "kind", ["forged", "none", "none-only", "HS256", "HS256-only", "late", "renamed"]
)
def test_a_token_that_the_provider_has_not_signed_as_agreed_opens_nothing(
    client, natsu, provider, kind
):
    provider("natsu", kind=kind)
    page = come_back(client)
    assert (page.status_code, "natsu" in page.text) == (422, False)
    assert client.get("/").status_code == 303


def test_an_answer_nobody_asked_for_opens_nothing(client, natsu, provider):
    provider("natsu")
    assert client.get("/sign-in/outside/back?code=code0&state=made-up").status_code == 422


@pytest.mark.parametrize(("amr", "onward"), [("pwd", "/sign-in/second"), ("mfa", "/")])
def test_an_officer_shows_a_code_unless_the_provider_has_asked_for_more(
    client, mori, provider, amr, onward
):
    (home,) = {s.organisation_id for s in mori.standings}
    factories.make_person("haru", home, mori.standings[0].role)
    db.session.commit()
    provider("haru", amr)
    assert press(client, come_back(client)).location == onward


def test_without_a_provider_these_addresses_are_not_there(client):
    for url in ("/sign-in/outside", "/sign-in/outside/back"):
        assert client.get(url).status_code == 404
    assert client.send("/sign-in/outside/enter").status_code in {400, 404}
