"""The second step at the door: who is asked, what counts once, and who helps whom back in."""

import re

import pyotp
import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.conftest import new_person
from tests.client import CSRF_SECRET, form_fields, parsed
from tracker.accounts import service
from tracker.accounts.factors import codes, queries
from tracker.accounts.factors.models import RecoveryCode, SecondFactor
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.core import clock as the_clock
from tracker.core.db import db

WRONG = "000000"


@pytest.fixture
def haru(app, mori):
    """An officer of Mori's department, with an account of her own."""
    return joined("haru", mori, Role.OFFICER)


def joined(login, host, role):
    """Somebody of this login came by an invitation of the host's own organisation."""
    home = min(host.organisation_ids(role))
    token = factories.invite(host, home, role)
    at, today = the_clock.now(), the_clock.today()
    person = service.accept_invitation(token, new_person(login), at=at, today=today)
    db.session.commit()
    return viewer_of(person.id, today=today)


def code_of(seed, step=0):
    """What an app with this seed shows, so many half minutes from now."""
    return pyotp.TOTP(seed).at(int(the_clock.now().timestamp()) + 30 * step)


def letters_of(page):
    """The seed, as a person without a camera would type it into the app."""
    return re.search(r'<p class="typed"><code>([A-Z2-7 ]+)</code>', page.text)[1].replace(" ", "")


def set_up(browser, url):
    """Read the letters on this page and type what an app shows; the seed and ten codes."""
    page = browser.get(url)
    seed = letters_of(page)
    form = next(
        f for f in parsed(page.text).iter("form") if f.find(".//input[@name='seed']") is not None
    )
    done = browser.post(url, data={**form_fields(form), "code": code_of(seed)})
    assert done.status_code == 200
    return seed, re.findall(r"<li><code>([A-Z0-9-]{19})</code>", done.text)


def typed_code(browser, seed):
    """What the box for a code on one's account sends."""
    page = parsed(browser.get("/account/").text)
    token = page.find(".//input[@name='csrf_token']").get("value")
    return {"csrf_token": token, "code": code_of(seed)}


def enrolled(browser, enter, login="haru"):
    """Somebody signed in for the first time and set up an app."""
    answer = enter(browser, login, factories.PASSWORD)
    following = browser.get(answer.location)
    return set_up(browser, following.location)


def is_in(browser):
    return browser.get("/").status_code == 200


def test_an_officer_sets_up_an_app_before_anything_opens(app, client, enter, haru):
    answer = enter(client, "haru", factories.PASSWORD)
    assert answer.location.startswith("/sign-in/second")
    assert not is_in(client)
    assert client.get("/cases/").status_code == 303
    seed, recovery = set_up(client, client.get(answer.location).location)
    assert is_in(client)
    assert len(set(recovery)) == 10
    (factor,) = db.session.scalars(sa.select(SecondFactor)).all()
    assert seed not in factor.sealed_seed
    kept = " ".join(db.session.scalars(sa.select(RecoveryCode.code_hash)))
    assert not [code for code in recovery if code in kept]


@pytest.mark.both
def test_the_next_time_a_code_is_asked_for_and_counts_once(app, client, enter, haru, clock):
    seed, _recovery = enrolled(client, enter)
    clock.move(minutes=2)
    code = code_of(seed)
    for expected in (303, 422):  # the same code a second time
        browser = app.test_client()
        second = enter(browser, "haru", factories.PASSWORD).location
        assert browser.post_form(second, {"code": code}).status_code == expected
        assert is_in(browser) is (expected == 303)


@pytest.mark.parametrize(("step", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_half_a_minute_wrong(app, client, enter, haru, clock, step, status):
    seed, _recovery = enrolled(client, enter)
    clock.move(minutes=5)
    browser = app.test_client()
    second = enter(browser, "haru", factories.PASSWORD).location
    assert browser.post_form(second, {"code": code_of(seed, step)}).status_code == status


def test_full_width_digits_with_a_blank_are_read(app, client, enter, haru, clock):
    seed, _recovery = enrolled(client, enter)
    clock.move(minutes=5)
    browser = app.test_client()
    second = enter(browser, "haru", factories.PASSWORD).location
    code = code_of(seed).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert browser.post_form(second, {"code": f"{code[:3]} {code[3:]}"}).status_code == 303


@pytest.mark.both
def test_a_recovery_code_opens_once(app, client, enter, haru, clock):
    _seed, recovery = enrolled(client, enter)
    for expected in (303, 422):
        browser = app.test_client()
        second = enter(browser, "haru", factories.PASSWORD).location
        typed = {"code": recovery[3].lower().replace("-", " ")}
        assert browser.post_form(second, typed).status_code == expected
    assert queries.codes_left(haru.person_id) == 9


def test_after_five_wrong_codes_even_the_right_one_waits(app, client, enter, haru, clock):
    seed, _recovery = enrolled(client, enter)
    clock.move(minutes=5)
    browser = app.test_client()
    second = enter(browser, "haru", factories.PASSWORD).location
    tried = [browser.post_form(second, {"code": WRONG}).status_code for _ in range(6)]
    assert tried == [422] * 5 + [429]
    assert browser.post_form(second, {"code": code_of(seed)}).status_code == 429
    clock.move(minutes=15)
    second = enter(browser, "haru", factories.PASSWORD).location
    assert browser.post_form(second, {"code": code_of(seed)}).status_code == 303


def test_between_password_and_code_are_ten_minutes(app, client, enter, haru, clock):
    seed, _recovery = enrolled(client, enter)
    browser = app.test_client()
    second = enter(browser, "haru", factories.PASSWORD).location
    token = parsed(browser.get(second).text).find(".//input[@name='csrf_token']").get("value")
    clock.move(minutes=11)
    late = browser.post(second, data={"csrf_token": token, "code": code_of(seed)})
    assert (late.status_code, late.location) == (303, "/sign-in")
    assert not is_in(browser)


def test_a_care_manager_is_not_asked_and_may_ask_for_it(app, client, enter, natsu, clock):
    assert enter(client, "natsu", factories.PASSWORD).location == "/"
    seed, _recovery = set_up(client, "/account/second")
    clock.move(minutes=1)
    browser = app.test_client()
    assert enter(browser, "natsu", factories.PASSWORD).location.startswith("/sign-in/second")
    clock.move(minutes=1)
    code = {"code": code_of(seed)}
    gone = client.post_form("/account/", code, to="/account/second/codes")
    assert len(re.findall(r"<li><code>", gone.text)) == 10
    clock.move(minutes=1)
    client.post("/account/second/remove", data=typed_code(client, seed))
    assert queries.factor_of(natsu.person_id) is None


def test_who_must_have_it_cannot_go_without(client, enter, haru, clock):
    seed, _recovery = enrolled(client, enter)
    clock.move(minutes=1)
    assert "/account/second/remove" not in client.get("/account/").text
    sent = typed_code(client, seed)
    assert client.post("/account/second/remove", data=sent).status_code == 403
    assert queries.factor_of(haru.person_id) is not None


def test_demo_accounts_are_never_asked_and_cannot_set_one_up(client, enter, mori):
    assert enter(client, "mori").location == "/"
    assert is_in(client)
    for url in ("/account/", "/account/second"):
        page = client.get(url).text
        assert "これはデモ用のアカウントです" in page
        assert "/account/second" not in page.split("<main")[1]
    seed = codes.new_seed()
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = CSRF_SECRET
    typed = {"seed": codes.sealed(seed), "code": code_of(seed)}
    assert client.send("/account/second", typed).status_code == 409
    assert queries.factor_of(mori.person_id) is None


@pytest.mark.both
def test_two_people_reset_it_together_and_every_session_ends(
    app, client, enter, haru, mori, sign_in
):
    enrolled(client, enter)
    home = min(mori.organisation_ids())
    other = factories.make_person("fuyu", home, Role.OFFICER, may_invite=True)
    moris, fuyus = sign_in(mori), sign_in(other)
    url = f"/people/{haru.person_id}"
    assert moris.post_form(url, to=f"{url}/second/ask").status_code == 303
    assert moris.send(f"{url}/second/agree").status_code == 409
    assert queries.factor_of(haru.person_id) is not None
    assert fuyus.post_form(url, to=f"{url}/second/agree").status_code == 303
    assert queries.factor_of(haru.person_id) is None
    assert not is_in(client)
    assert enter(client, "haru", factories.PASSWORD).location.startswith("/sign-in/second")


def test_nobody_resets_their_own_or_a_strangers(client, enter, haru, sign_in, tani, kato):
    enrolled(client, enter)
    url = f"/people/{haru.person_id}/second/ask"
    assert sign_in(tani).send(url).status_code == 404
    assert sign_in(kato).send(url).status_code in {403, 404}
    assert sign_in(haru).send(url).status_code == 403


def test_a_link_of_a_colleague_renews_the_password_once(
    app, client, natsu, mori, sign_in, enter, clock
):
    enter(client, "natsu", factories.PASSWORD)
    url = f"/people/{natsu.person_id}"
    page = sign_in(mori).post_form(url, to=f"{url}/new-password")
    link = re.search(r"/sign-in/new-password/[\w-]+", page.text)[0]
    typed = {"password": "傘の柄は竹でできています", "again": "傘の柄は竹でできています"}
    browser = app.test_client()
    assert (
        browser.post_form(link, {"password": "kakehashi123", "again": "kakehashi123"}).status_code
        == 422
    )
    assert browser.post_form(link, typed).status_code == 303
    assert browser.get(link).status_code == 404
    assert not is_in(client)
    assert enter(browser, "natsu", typed["password"]).status_code == 303


def test_the_link_ends_after_half_an_hour_and_when_a_newer_one_is_made(
    app, natsu, mori, sign_in, clock
):
    url = f"/people/{natsu.person_id}"
    links = []
    for _ in range(2):
        page = sign_in(mori).post_form(url, to=f"{url}/new-password")
        links.append(re.search(r"/sign-in/new-password/[\w-]+", page.text)[0])
    browser = app.test_client()
    assert [browser.get(link).status_code for link in links] == [404, 200]
    clock.move(minutes=30)
    assert browser.get(links[1]).status_code == 404


def test_before_giving_rights_one_shows_again_who_one_is(client, enter, haru, clock):
    enrolled(client, enter)
    db.session.execute(
        sa.text("UPDATE memberships SET may_invite = :yes WHERE person_id = :id"),
        {"yes": True, "id": haru.person_id},
    )
    db.session.commit()
    assert client.get("/people/invite").status_code == 200
    clock.move(minutes=11)
    asked = client.get("/people/invite")
    assert asked.location == "/account/sure?next=/people/invite"
    assert client.post_form(asked.location, {"password": "not this one"}).status_code == 422
    assert (
        client.post_form(asked.location, {"password": factories.PASSWORD}).location
        == "/people/invite"
    )
    assert client.get("/people/invite").status_code == 200


@pytest.mark.both
def test_ten_thousand_guesses_from_elsewhere_do_not_keep_natsu_out(app, client, enter, natsu):
    enter(client, "natsu", factories.PASSWORD)
    client.post_form("/", to="/sign-out")
    for number in range(9):
        where = {"REMOTE_ADDR": f"10.0.0.{number}"}
        enter(app.test_client(), "natsu", "a guess", environ_overrides=where)
    stranger = enter(app.test_client(), "natsu", factories.PASSWORD)
    assert stranger.status_code == 429
    assert enter(client, "natsu", factories.PASSWORD).status_code == 303


def test_a_seed_sealed_elsewhere_is_none(app):
    with app.app_context():
        assert codes.opened("gAAAA-nonsense") is None
        assert codes.opened(codes.sealed("ABC")) == "ABC"


def test_a_person_without_role_today_needs_no_second_step(app):
    assert not queries.is_asked_of([])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) > 0
