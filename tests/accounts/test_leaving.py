"""What the browser is told at the end of a session, and how its cookies are called."""

from tests.accounts.conftest import DEMO_PASSWORD
from tests.client import Client
from tracker.core import clock as the_clock
from tracker.core import health


def cookies(answer):
    return answer.headers.getlist("Set-Cookie")


def test_signing_out_empties_what_the_browser_keeps_but_not_that_it_is_known(client, enter):
    enter(client, "aoi")
    assert "Clear-Site-Data" not in client.get("/").headers
    left = client.post_form("/", to="/sign-out")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie("kakehashi-known") is not None
    assert "no-store" in left.headers["Cache-Control"]


def test_behind_tls_no_other_host_can_set_a_cookie_of_ours(app, natsu, enter):
    from tests import factories

    app.config.update(
        BEHIND_TLS=True,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_NAME="__Host-kakehashi",
    )
    browser: Client = app.test_client()
    how = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/sign-in"}}
    answers = [
        enter(browser, "natsu", factories.PASSWORD, **how),
        browser.get("/?lang=en", **how),
        browser.get("/account/", **how),
    ]
    sent = [line for answer in answers for line in cookies(answer)]
    assert {line.split("=")[0] for line in sent} == {
        "__Host-kakehashi",
        "__Host-kakehashi-known",
        "__Host-kakehashi-language",
    }
    for line in sent:
        assert "; Secure" in line
        assert "; HttpOnly" in line
        assert "; Path=/" in line
        assert "Domain" not in line
        assert "SameSite=Lax" in line
    assert "Sign out" in answers[1].text
    assert "Sign out" in answers[2].text


def test_the_seal_of_the_cookie_is_made_with_sha_256(app, client, enter):
    enter(client, "aoi", DEMO_PASSWORD)
    seal = client.get_cookie("kakehashi").value.rsplit(".", 1)[1]
    assert len(seal) == 43  # 32 octets in base 64


def test_libraries_that_were_not_renewed_for_five_weeks_are_noted(app, clock):
    today = the_clock.today()
    assert health.library_notes(f"a==1\n# Resolved anew on {today}.\n") == []
    clock.move(days=36)
    assert "36 days ago" in health.library_notes(f"a==1\n# Resolved anew on {today}.\n")[0]
    assert "does not say" in health.library_notes("a==1\n")[0]
