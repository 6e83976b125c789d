"""What people do about people, as the privacy officer of their town reads it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tests.factories import accept, make_case, person_called
from tests.house.test_pages import assert_sound
from tracker.accounts import service as accounts
from tracker.accounts.changing import service as changing
from tracker.accounts.changing.service import MembershipDraft
from tracker.accounts.models import Membership, Person
from tracker.accounts.roles import Role
from tracker.core import audit, clock
from tracker.core.db import db
from tracker.privacy import asking, attempts, facts, lines, queries


def read(viewer, **wanted):
    found = db.session.execute(queries.entries(viewer, asking.wanted(viewer, **wanted))).all()
    return sorted((row.verb, row.login) for row in found)


@pytest.mark.both
def test_an_invitation_and_its_acceptance_are_in_the_log_of_the_town(app, mori, kansa, tani):
    centre = min(person_called("sato").organisation_ids(Role.CENTRE))
    token = factories.invite(mori, centre, Role.CENTRE)
    draft = accounts.NewPerson("nise", "似瀬 たろう", None, "yuki no furu machi", "ja")
    at = clock.now()
    nise = accounts.accept_invitation(token, draft, at=at, today=clock.today())
    db.session.commit()
    assert read(kansa, who="nise") == [("invitation.accepted", "nise")]
    assert ("invitation.made", "mori") in read(kansa, subject="invitations")
    assert read(kansa, record=f"/people/{nise.id}") == [("person.added", None)]
    assert read(tani) == []


@pytest.mark.both
def test_what_is_done_to_a_person_of_the_town_is_read_and_of_another_is_not(
    app, mori, aoi, ono, kansa
):
    for person in (aoi, ono):
        row = db.session.get_one(Person, person.person_id)
        audit.record(None, "person.disabled", row, at=clock.now())
    db.session.commit()
    about_aoi = read(kansa, record=f"/people/{aoi.person_id}")
    assert ("person.disabled", None) in about_aoi
    disabled = [one for one in read(kansa, subject="people") if one[0] == "person.disabled"]
    assert len(disabled) == 1


def test_a_sign_in_is_in_the_log_and_tries_that_failed_have_a_page(client, sign_in, aoi, kansa):
    for password in ("wrong", "wrong again"):
        client.post_form("/sign-in", {"login": "aoi", "password": password})
    theirs = attempts.accounts_of(kansa)
    found = db.session.execute(attempts.attempts(theirs)).all()
    assert [theirs[row.login_hash].login for row in found] == ["aoi", "aoi"]
    browser = sign_in(kansa)
    for lang in ("ja", "en"):
        url = f"/audit/sign-ins?who=aoi&result=failed&lang={lang}"
        page = browser.get(url)
        assert_sound(page.text, url, lang)
        assert len(list(parsed(page.text).iter("tr"))) == 3
    assert browser.get("/audit/sign-ins?who=ono").status_code == 422
    assert "サインイン" in browser.get("/audit/sign-ins?result=succeeded&lang=ja").text


def test_before_and_after_are_said_in_words_and_names(app, sign_in, aoi, sato, kansa):
    case = accept(make_case(aoi), by=sato)
    rows = db.session.execute(
        queries.entries(kansa, asking.wanted(kansa, record=case.number))
    ).all()
    names = lines.names_on(rows)
    accepted = next(row for row in rows if row.verb == "case.accepted")
    assert str(names["cases", case.id]) == case.number
    (said,) = facts.in_words("cases", accepted.facts, names)
    assert (said.field, said.was, said.now) == ("状態", "提出済み", "受付済み")
    page = sign_in(kansa).get(f"/audit/?record={case.number}").text
    assert case.number in page
    assert " → " in page
    assert f'href="/cases/{case.id}"' not in page  # a privacy officer reads no cases


def test_a_membership_says_whose_and_where(app, sign_in, mori, aoi, kansa):
    mine = sa.select(Membership).where(Membership.person_id == aoi.person_id)
    membership = db.session.scalars(mine).one()
    until = clock.today() + timedelta(days=30)
    draft = MembershipDraft(membership.role, until, may_invite=False, is_head=False)
    changing.change(membership, draft, by=mori, at=clock.now())
    db.session.commit()
    page = sign_in(kansa).get("/audit/?subject=memberships&lang=ja").text
    assert aoi.name in page
    assert "あおばケアプラン室" in page


def test_the_lines_of_a_page_take_one_statement_for_all_names(app, statements, aoi, kato, kansa):
    for person in (aoi, kato, aoi):
        make_case(person)
    rows = db.session.execute(queries.entries(kansa, asking.wanted(kansa))).all()
    with statements() as seen:
        assert len(lines.names_on(rows)) >= 3
    assert len(seen) == 1
    assert lines.names_on([]) == {}
