"""Inviting somebody: who may invite whom, and a link that opens one account, once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import current_app

from tests import factories
from tests.accounts.conftest import account, new_person
from tests.client import parsed
from tracker.accounts import queries, service
from tracker.accounts.models import Invitation, Membership, Organisation, OrganisationKind, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError, NotFoundError

AOBA, KAEDE, EAST = "あおばケアプラン室", "かえで居宅介護支援事業所", "見晴市東地域包括支援センター"
OFFICE, COUNCIL = "見晴市 高齢福祉課", "見晴市社会福祉協議会"
KAWASE = ("川瀬町 健康福祉課", 98321)

# Who may invite whom.

IN_OWN_TOWN = {
    OrganisationKind.AGENCY: {Role.AGENCY},
    OrganisationKind.CENTRE: {Role.CENTRE},
    OrganisationKind.OFFICE: {Role.OFFICER},
    OrganisationKind.COUNCIL: {Role.COORDINATOR, Role.MEMBER},
}
TABLE = {  # who → kind of body → roles; nobody else may invite anybody
    "mori": IN_OWN_TOWN,
    "tani": {kind: IN_OWN_TOWN[kind] for kind in list(IN_OWN_TOWN)[:3]},
    "sato": {OrganisationKind.AGENCY: {Role.AGENCY}, OrganisationKind.CENTRE: {Role.CENTRE}},
    "kanri": {
        OrganisationKind.AGENCY: {Role.AGENCY},
        OrganisationKind.CENTRE: {Role.CENTRE, Role.COORDINATOR},
        OrganisationKind.OFFICE: set(Role) - {Role.AGENCY, Role.CENTRE, Role.PREFECTURE},
        OrganisationKind.COUNCIL: {Role.COORDINATOR, Role.MEMBER},
        OrganisationKind.PREFECTURE: {Role.PREFECTURE, Role.ADMINISTRATOR, Role.PRIVACY},
    },
}
PEOPLE = ("aoi", "kato", "sato", "nishi", "mori", "hara", "yama", "iin", "ono", "tani", "ken")
PEOPLE += ("kanri", "kansa")


@pytest.mark.both
@pytest.mark.parametrize("login", PEOPLE)
def test_everybody_may_invite_whom_the_table_says(app, request, login):
    choices = queries.invitation_choices(request.getfixturevalue(login))
    assert {choice.organisation.kind: set(choice.roles) for choice in choices} == TABLE.get(
        login, {}
    )


@pytest.mark.parametrize(("login", "towns"), [("mori", {98201}), ("tani", {98321})])
def test_an_officer_invites_into_the_own_town_only(request, login, towns):
    choices = queries.invitation_choices(request.getfixturevalue(login))
    assert {choice.organisation.municipality_id for choice in choices} == towns


def test_a_centre_invites_into_itself_and_the_agencies_of_its_area(sato):
    names = {choice.organisation.name_ja for choice in queries.invitation_choices(sato)}
    assert (EAST in names, AOBA in names, KAEDE in names, len(names)) == (True, True, False, 7)


def test_an_administrator_invites_everywhere(kanri):
    everywhere = db.session.scalar(sa.select(sa.func.count()).select_from(Organisation))
    assert len(queries.invitation_choices(kanri)) == everywhere


def test_a_care_manager_who_may_invite_invites_colleagues_only(app, aoi):
    mine = sa.update(Membership).where(Membership.person_id == aoi.person_id)
    db.session.execute(mine.values(may_invite=True))
    choices = queries.invitation_choices(viewer_of(aoi.person_id, today=the_clock.today()))
    assert [(c.organisation.name_ja, set(c.roles)) for c in choices] == [(AOBA, {Role.AGENCY})]


def test_nobody_is_invited_into_an_organisation_that_has_closed(mori, office):
    office(AOBA).closed_on = the_clock.today()
    db.session.commit()
    names = {choice.organisation.name_ja for choice in queries.invitation_choices(mori)}
    assert AOBA not in names


FORBIDDEN = [  # who, where, as what, how it is refused
    ("aoi", (AOBA,), Role.AGENCY, NotAllowedError),
    ("aoi", (EAST,), Role.CENTRE, NotFoundError),
    ("sato", (AOBA,), Role.CENTRE, NotAllowedError),
    ("sato", (EAST,), Role.OFFICER, NotAllowedError),
    ("sato", (KAEDE,), Role.AGENCY, NotFoundError),
    ("sato", (OFFICE,), Role.OFFICER, NotFoundError),
    ("nishi", (KAEDE,), Role.AGENCY, NotAllowedError),
    ("mori", (OFFICE,), Role.ADMINISTRATOR, NotAllowedError),
    ("mori", (OFFICE,), Role.PRIVACY, NotAllowedError),
    ("mori", KAWASE, Role.OFFICER, NotFoundError),
    ("hara", (OFFICE,), Role.OFFICER, NotAllowedError),
    ("yama", (COUNCIL,), Role.MEMBER, NotAllowedError),
    ("ken", ("遥野県 高齢者支援課", 98000), Role.PREFECTURE, NotFoundError),
]


@pytest.mark.both
@pytest.mark.parametrize(("login", "where", "role", "refusal"), FORBIDDEN)
def test_an_invitation_beyond_the_table_is_refused(request, office, login, where, role, refusal):
    by = request.getfixturevalue(login)
    with pytest.raises(refusal):
        factories.invite(by, office(*where).id, role)
    db.session.rollback()
    assert db.session.scalar(sa.select(Invitation.id)) is None


def test_a_choice_that_was_not_offered_is_refused_by_the_form(sign_in, sato, office):
    browser = sign_in(sato)
    wish = {"organisation": str(office(KAEDE).id), "role": "agency"}
    answer = browser.post_form("/people/invite", wish)
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(Invitation.id)) is None


def test_the_town_has_no_officers_in_a_care_office(sign_in, kanri, office, aoi):
    home = office(AOBA).id
    for role in ("officer", "prefecture", "administrator"):
        with pytest.raises(NotAllowedError):
            factories.invite(kanri, home, Role(role))
    wish = {"organisation": str(home), "role": "officer"}
    today = the_clock.today().isoformat()
    browser = sign_in(kanri)
    for url, more in (
        ("/people/invite", {}),
        (f"/people/{aoi.person_id}/memberships/new", {"from_on": today}),
    ):
        answer = browser.post_form(url, {**wish, **more})
        assert answer.status_code == 422
        assert "この組織にある役割：ケアマネジャー" in answer.text
    assert db.session.scalar(sa.select(Invitation.id)) is None


def test_an_invitation_of_before_to_a_role_that_is_none_there_opens_nothing(client, kanri, office):
    token = factories.invite(kanri, office(OFFICE).id, Role.OFFICER)
    db.session.execute(sa.update(Invitation).values(organisation_id=office(AOBA).id))
    db.session.commit()
    assert client.get(f"/invitations/{token}").status_code != 200
    with pytest.raises(NotFoundError):
        service.accept_invitation(
            token, new_person("natsu"), at=the_clock.now(), today=the_clock.today()
        )


# The link.


@pytest.fixture
def link(app, mori, office):
    """The address of an invitation into Aoi's office."""
    return f"/invitations/{factories.invite(mori, office(AOBA).id, Role.AGENCY)}"


def accept(client, link, login="natsu", **changes):
    typed = {"login": login, "name": "夏川 葉", "password": factories.PASSWORD}
    typed["again"] = changes.get("password", factories.PASSWORD)
    return client.post_form(link, {**typed, **changes})


def person(login):
    return db.session.scalars(sa.select(Person).filter_by(login=login)).one_or_none()


@pytest.mark.both
def test_the_link_makes_an_account_that_can_sign_in(client, enter, link):
    assert accept(client, link).location == "/sign-in"
    assert enter(client, "natsu", factories.PASSWORD).status_code == 303


@pytest.mark.both
def test_the_new_account_is_what_it_was_invited_as(client, link, office):
    accept(client, link)
    (standing,) = viewer_of(person("natsu").id, today=the_clock.today()).standings
    assert (standing.role, standing.organisation_id, standing.may_invite) == (
        Role.AGENCY,
        office(AOBA).id,
        False,
    )


def test_the_page_says_what_one_is_invited_as(client, link):
    assert f"{AOBA}" in client.get(link).text


def test_the_page_made_in_the_browser_shows_the_link_once(app, sign_in, mori, office):
    app.config["BASE_URL"] = "https://kakehashi.town.example"
    browser = sign_in(mori)
    wish = {"organisation": str(office(AOBA).id), "role": "agency"}
    answer = browser.post_form("/people/invite", wish)
    assert "https://kakehashi.town.example/invitations/" in answer.text
    assert "/invitations/" not in browser.get("/people/invite").text


def test_a_wish_to_rise_is_not_taken_from_the_form(client, link):
    token = parsed(client.get(link).text).find(".//input[@name='csrf_token']").get("value")
    wishes = {"role": "administrator", "may_invite": "y", "organisation_id": "1", "is_demo": "y"}
    typed = {"login": "natsu", "name": "夏川 葉", "csrf_token": token, **wishes}
    passwords = {"password": factories.PASSWORD, "again": factories.PASSWORD}
    assert client.post(link, data={**typed, **passwords}).status_code == 303
    (standing,) = viewer_of(person("natsu").id, today=the_clock.today()).standings
    assert (standing.role, standing.may_invite) == (Role.AGENCY, False)


@pytest.mark.both
def test_a_link_that_was_used_opens_nothing(client, link):
    accept(client, link)
    assert client.get(link).status_code == 410
    assert client.send(link, {"login": "haru"}).status_code in {400, 410}


@pytest.mark.parametrize(("days", "status"), [(13, 200), (14, 410)])
def test_a_link_lasts_fourteen_days(client, clock, link, days, status):
    clock.move(days=days)
    assert client.get(link).status_code == status


@pytest.mark.both
def test_a_cancelled_link_opens_nothing(client, sign_in, mori, link):
    number = db.session.scalar(sa.select(Invitation.id))
    browser = sign_in(mori)
    browser.post_form("/people/invite", to=f"/people/invite/{number}/cancel")
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("login", ["sato", "kanri", "tani"])
def test_only_who_made_a_link_can_cancel_it(request, sign_in, client, link, login):
    number = db.session.scalar(sa.select(Invitation.id))
    browser = sign_in(request.getfixturevalue(login))
    assert browser.send(f"/people/invite/{number}/cancel").status_code == 404
    assert client.get(link).status_code == 200


def test_cancelling_twice_is_one_entry_in_the_audit_log(sign_in, mori, link):
    number = db.session.scalar(sa.select(Invitation.id))
    for _time in range(2):
        sign_in(mori).send(f"/people/invite/{number}/cancel")
    verb = AuditEntry.verb == "invitation.cancelled"
    assert len(db.session.scalars(sa.select(AuditEntry.id).where(verb)).all()) == 1


@pytest.mark.parametrize("token", ["made-up", "x" * 2000, "%00", "..", "%ED%A0%80"])
def test_a_made_up_link_is_missing(client, token):
    assert client.get(f"/invitations/{token}").status_code == 404


@pytest.mark.both
def test_the_link_is_kept_as_a_hash_only(link):
    (row,) = db.session.execute(sa.select(Invitation.__table__)).all()
    token = link.rpartition("/")[2]
    assert (len(token) >= 43, token in str(row)) == (True, False)


def test_the_list_shows_the_links_that_can_still_be_used(sign_in, mori, client, clock, link):
    clock.move(days=15)
    factories.invite(mori, min(mori.organisation_ids()), Role.OFFICER)
    assert sign_in(mori).get("/people/invite").text.count("/cancel") == 1


# What is typed.


def test_a_name_that_is_taken_is_refused_and_the_link_stays_good(client, link):
    answer = accept(client, link, login="kato")
    assert (answer.status_code, "すでに使われています" in answer.text) == (422, True)
    assert accept(client, link).status_code == 303


@pytest.mark.parametrize("login", ["ab", "Natsu", "夏川", "na tsu", "-natsu", "n" * 61, "natsu\n"])
def test_a_name_that_cannot_be_typed_everywhere_is_refused(client, link, login):
    answer = accept(client, link, login=login)
    assert answer.status_code == (303 if login == "natsu\n" else 422)


@pytest.mark.parametrize("password", ["short", "natsu-natsu-natsu", "x" * 129])
def test_a_password_that_is_easy_to_guess_is_refused(client, link, password):
    assert accept(client, link, password=password).status_code == 422
    assert person("natsu") is None


def test_a_refused_page_keeps_what_was_typed_but_the_password(client, link):
    answer = accept(client, link, again="another one")
    assert (answer.status_code, 'value="夏川 葉"' in answer.text) == (422, True)
    assert factories.PASSWORD not in answer.text


# Two at once.


def _wait_until_the_other_waits(done):
    """On PostgreSQL until a lock is waited for; SQLite makes the second wait by itself."""
    if db.engine.dialect.name == "sqlite":
        return
    with db.engine.connect() as connection:
        waiting = sa.text("select count(*) from pg_locks where not granted")
        while not connection.scalar(waiting) and not done.done():
            connection.rollback()


@pytest.fixture
def second_of_two(app, link, clock):
    """Two people hold the same link; what becomes of the second while the first is not stored."""
    app, token = current_app._get_current_object(), link.rpartition("/")[2]
    today, at = the_clock.today(), the_clock.now()
    started = threading.Event()

    def also_accept():
        with app.app_context():
            try:
                started.set()
                service.accept_invitation(token, new_person("haru"), at=at, today=today)
                db.session.commit()
            finally:
                db.session.remove()

    service.accept_invitation(token, new_person("natsu"), at=at, today=today)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(also_accept)
        started.wait(10)
        _wait_until_the_other_waits(second)
        db.session.commit()
        return second


@pytest.mark.both
def test_one_link_makes_one_account_even_at_once(second_of_two):
    with pytest.raises(NotFoundError):
        second_of_two.result(20)
    assert (person("natsu") is None, person("haru")) == (False, None)


@pytest.mark.both
def test_a_name_taken_a_moment_ago_is_refused(app, mori, office):
    for_both = [factories.invite(mori, office(AOBA).id, Role.AGENCY) for _time in range(2)]
    at, today = the_clock.now(), the_clock.today()
    service.accept_invitation(for_both[0], new_person("natsu"), at=at, today=today)
    db.session.commit()
    with pytest.raises(InvalidInputError):
        service.accept_invitation(for_both[1], new_person("natsu"), at=at, today=today)


def test_who_was_invited_is_noted_with_the_link(client, link):
    accept(client, link)
    invitation = db.session.scalars(sa.select(Invitation)).one()
    assert (invitation.person_id, invitation.used_at) == (person("natsu").id, the_clock.now())


def test_an_account_that_was_invited_is_no_demo_account(natsu):
    assert account(natsu).is_demo is False


@pytest.mark.parametrize(
    "password", ["あおばケアプラン室あおば", "Aoba Care Plan Office", "夏川 葉夏川 葉夏川 葉"]
)
def test_the_offices_name_and_ones_own_are_no_password(client, link, password):
    answer = accept(client, link, password=password, again=password, name="夏川 葉")
    assert (answer.status_code, "推測されやすい" in answer.text) == (422, True)
