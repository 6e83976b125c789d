"""One command, and nothing of a person or an office stays open."""

from tests.factories import invite, join, make_case, make_resource, person_called, reset_link
from tests.taking_out import opened
from tests.told import ask, mailed_key
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.exchange.calendar import service as calendar

AOBA = "あおばケアプラン室"


def refused(status):
    return status in {303, 403, 404, 409, 410}


def test_an_office_that_is_revoked_has_nothing_open(run, sign_in, aoi, kato, mori):
    browser, other = sign_in(aoi), sign_in(kato)
    office = min(aoi.organisation_ids(Role.AGENCY))
    invite(mori, office, Role.AGENCY)
    assert browser.get("/").status_code == 200
    result = run("organisation", "revoke", AOBA, "--municipality", "98201")
    assert result.exit_code == 0, result.output
    assert "1 invitations cancelled" in result.output
    assert browser.get("/").status_code == 303
    assert other.get("/").status_code == 200
    assert db.session.get_one(Person, aoi.person_id).disabled_at is not None


def test_who_belongs_elsewhere_too_is_signed_out_and_keeps_the_other_place(run, sign_in, aoi, kato):
    elsewhere = min(kato.organisation_ids(Role.AGENCY))
    join(db.session.get_one(Person, aoi.person_id), elsewhere, Role.AGENCY)
    browser = sign_in(aoi)
    result = run("organisation", "revoke", AOBA, "--municipality", "98201")
    assert result.exit_code == 0, result.output
    assert browser.get("/").status_code == 303
    assert person_called("aoi").organisation_ids() == {elsewhere}


def test_who_came_today_and_belongs_elsewhere_too_is_out_as_well(run, kato, aoi):
    office = min(aoi.organisation_ids(Role.AGENCY))
    join(db.session.get_one(Person, kato.person_id), office, Role.AGENCY)
    assert office in person_called("kato").organisation_ids()
    result = run("organisation", "revoke", AOBA, "--municipality", "98201")
    assert result.exit_code == 0, result.output
    assert person_called("kato").organisation_ids() == kato.organisation_ids()


def test_an_organisation_that_is_not_there_is_said(run):
    result = run("organisation", "revoke", "どこにもない", "--municipality", "98201")
    assert (result.exit_code, "There is no organisation" in result.output) == (1, True)


def test_the_links_of_a_closed_account_open_nothing(run, client, aoi, sato, mori):
    ask(make_case(aoi), make_resource(sato))
    addresses = [f"/a/{mailed_key()}", f"/sign-in/new-password/{reset_link(aoi, by=mori)}"]
    address = calendar.make_address(by=aoi, at=the_clock.now())
    db.session.commit()
    addresses.append(f"/calendar/{address}/meetings.ics")
    assert {client.get(one).status_code for one in addresses[:2]} == {200}
    assert run("user", "disable", "aoi").exit_code == 0
    for address in addresses:
        assert refused(client.get(address).status_code), address


def test_a_first_report_is_filled_in_from_what_is_known(run, aoi, sato):
    opened(make_case(aoi), sato)
    opened(make_case(aoi), sato)
    assert run("user", "disable", "sato").exit_code == 0
    said = run("audit", "who-saw", "--user", "sato", "--report").output
    assert "3 number of persons: at most 2" in said
    assert "openings (cases 2) and 0 files" in said
    assert "1 accounts: sato" in said
    assert "the account sato was closed on" in said
    assert "6 what the persons were told: none by this system" in said
