"""The bench itself: the client notices what was not saved, fills in forms, and serves for real."""

from urllib.request import urlopen

import pytest

from tests import factories, servers
from tests.servers import LiveServer, NoPostgresqlError
from tracker.accounts.models import Person, SignInAttempt
from tracker.accounts.roles import Role
from tracker.core.db import db
from tracker.demo import PASSWORD

pytestmark = pytest.mark.own_app  # they add addresses


def _route(app, work):
    def view():
        work(db.session.get_one(Person, 1))
        return "done"

    view.public = "made for this test"
    app.add_url_rule("/made-for-this-test", "made", view, methods=["POST"])


def _change(person):
    person.name = "changed"


def _change_and_flush(person):
    person.name = "changed"
    db.session.flush()


def _add(person):
    attempt = SignInAttempt(login_hash="x", address="x", at=person.created_at, succeeded=False)
    db.session.add(attempt)


def _delete(person):
    db.session.delete(person)


@pytest.mark.both
@pytest.mark.parametrize("work", [_change, _change_and_flush, _add, _delete])
def test_a_request_that_forgets_to_commit_fails_its_test(app, sign_in, aoi, work):
    _route(app, work)
    with pytest.raises(AssertionError, match="call db.session.commit"):
        sign_in(aoi).send("/made-for-this-test")


@pytest.mark.both
def test_a_request_that_commits_is_fine(app, sign_in, aoi):
    _route(app, lambda person: [_change(person), db.session.commit(), person.login])
    assert sign_in(aoi).send("/made-for-this-test").status_code == 200
    assert db.session.get_one(Person, 1).name == "changed"


def test_a_test_that_forgets_to_commit_is_told(client, aoi):
    _change(db.session.get_one(Person, aoi.person_id))
    with pytest.raises(AssertionError, match="commit them first"):
        client.get("/healthz")


def test_two_people_at_two_browsers_stay_themselves(sign_in, aoi, sato):
    first, second = sign_in(aoi), sign_in(sato)
    assert [first.get("/triage/").status_code, second.get("/triage/").status_code] == [403, 200]
    assert [first.get("/cases/").status_code, second.get("/settings/").status_code] == [200, 200]
    assert first.get("/settings/").status_code == 403


@pytest.mark.both
def test_aoi_signs_in_and_files_a_case_with_the_forms_of_the_pages(client, aoi):
    typed = {"login": "aoi", "password": PASSWORD}
    assert client.post_form("/sign-in", typed).status_code == 303
    office, area = min(aoi.organisation_ids(Role.AGENCY)), min(aoi.area_ids(Role.AGENCY))
    typed = factories.typed_case(area, office)
    answer = client.post_form("/cases/new", typed)
    assert (answer.status_code, answer.location) == (303, "/cases/1")
    assert typed["summary"] in client.get(answer.location).text


def test_a_browser_for_tests_can_be_pointed_at_a_real_server(app):
    with LiveServer(app) as server, urlopen(f"{server.url}/healthz") as answer:  # noqa: S310
        assert answer.status == 200


def test_a_missing_postgresql_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "DEBIAN", tmp_path)
    with pytest.raises(NoPostgresqlError, match="no `initdb`"):
        servers.postgresql_program("initdb")
