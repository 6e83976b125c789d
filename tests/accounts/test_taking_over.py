"""Nobody becomes more than they are by way of somebody whose account they look after."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.conftest import account, new_person
from tracker.accounts import apart, service
from tracker.accounts.changing import queries as history
from tracker.accounts.changing import service as changing
from tracker.accounts.factors import codes, queries
from tracker.accounts.factors import service as factors
from tracker.accounts.factors.models import SecondFactor
from tracker.accounts.models import PasswordReset
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError
from tracker.privacy.exports import service as exports
from tracker.privacy.exports.models import Export, ExportKind, Purpose


def let_in(by, login, role=Role.OFFICER, *, organisation_id=None, may_invite=True):
    """Somebody came by this person's invitation."""
    home = organisation_id or min(by.organisation_ids())
    at, today = the_clock.now(), the_clock.today()
    _row, token = service.invite(home, role, may_invite=may_invite, by=by, at=at)
    db.session.commit()
    person = service.accept_invitation(token, new_person(login), at=at, today=today)
    db.session.commit()
    return viewer_of(person.id, today=today)


def with_app(person):
    """The same, with an app for the second step."""
    made = SecondFactor(
        person_id=person.person_id,
        sealed_seed=codes.sealed(codes.new_seed()),
        made_at=the_clock.now(),
        last_step=0,
        failures=0,
    )
    db.session.add(made)
    db.session.commit()
    return person


@pytest.fixture
def chief(app, kanri):
    """An administrator in the officers' own department."""
    return with_app(let_in(kanri, "chief", Role.ADMINISTRATOR))


@pytest.fixture
def yuki(app, mori):
    """An officer of old, who may invite."""
    home = min(mori.organisation_ids())
    return with_app(factories.make_person("yuki", home, Role.OFFICER, may_invite=True))


def ask(by, person):
    factors.ask_reset(account(person), by=by, at=the_clock.now())
    db.session.commit()


def agree(by, person):
    factors.agree_reset(account(person), by=by, at=the_clock.now())
    db.session.commit()


def test_an_officer_does_not_become_the_administrator(sign_in, app, mori, chief):
    page, browser = f"/people/{chief.person_id}", sign_in(mori)
    assert "新しいパスワードのリンク" not in browser.get(page).text
    assert browser.send(f"{page}/new-password").status_code == 403
    home = str(min(mori.organisation_ids()))
    wish = {"organisation": home, "role": "officer", "may_invite": "y"}
    answer = browser.post_form("/people/invite", wish)
    link = re.search(r"/invitations/[\w-]+", answer.text)[0]
    typed = {"login": "puppet", "name": "影山 操", **dict.fromkeys(
        ("password", "again"), factories.PASSWORD)}  # fmt: skip
    assert app.test_client().post_form(link, typed).status_code == 303
    puppet = sign_in(factories.person_called("puppet"))
    assert browser.send(f"{page}/second/ask").status_code == 403
    assert puppet.send(f"{page}/second/ask").status_code == 403
    assert puppet.send(f"{page}/second/agree").status_code == 403
    assert queries.factor_of(chief.person_id) is not None
    assert db.session.scalar(sa.select(PasswordReset.id)) is None


def test_an_officer_does_not_become_the_privacy_officer(sign_in, mori, kansa):
    page, browser = f"/people/{kansa.person_id}", sign_in(mori)
    for step in ("new-password", "second/ask", "second/agree"):
        assert browser.send(f"{page}/{step}").status_code == 403
    assert browser.get(f"{page}/suspend").status_code == 403


def test_a_centre_does_not_become_an_officer_who_also_works_there(sign_in, sato, mori):
    centre = min(sato.organisation_ids(Role.CENTRE))
    factories.join(account(mori), centre, Role.CENTRE)
    page, browser = f"/people/{mori.person_id}", sign_in(sato)
    for step in ("new-password", "second/ask", "second/agree"):
        assert browser.send(f"{page}/{step}").status_code == 403
    with pytest.raises(NotAllowedError):
        factories.reset_link(mori, by=sato)


def test_what_somebody_will_be_counts_as_well(app, mori, hara, kanri):
    home, today = min(hara.organisation_ids()), the_clock.today()
    wish = changing.MembershipDraft(Role.ADMINISTRATOR, None, may_invite=False, is_head=False)
    later = today + timedelta(days=7)
    who = {"by": kanri, "at": the_clock.now(), "today": today}
    changing.add(account(hara), home, wish, from_on=later, **who)
    with pytest.raises(NotAllowedError):
        factories.reset_link(hara, by=mori)


# Two people are two.


def test_a_puppet_does_not_agree_and_an_older_colleague_does(app, mori, yuki):
    puppet = let_in(mori, "puppet")
    older = factories.make_person("fuyu", min(mori.organisation_ids()), Role.OFFICER,
                                  may_invite=True)  # fmt: skip
    ask(mori, yuki)
    with pytest.raises(ConflictError, match="別の方"):
        agree(puppet, yuki)
    assert queries.factor_of(yuki.person_id) is not None
    agree(older, yuki)
    assert queries.factor_of(yuki.person_id) is None


def test_neither_two_puppets_nor_puppet_and_master_are_two(app, mori, yuki):
    one, other = let_in(mori, "one"), let_in(mori, "other")
    third = let_in(other, "third")
    ask(one, yuki)
    for second in (other, third, mori):
        with pytest.raises(ConflictError):
            agree(second, yuki)


@pytest.mark.both
def test_after_thirty_days_a_colleague_stands_alone(app, mori, clock):
    colleague = let_in(mori, "natsu")
    pair = (mori.person_id, colleague.person_id)
    assert not apart.are_apart(*pair, at=the_clock.now())
    clock.move(days=31)
    assert apart.are_apart(*pair, at=the_clock.now())
    assert apart.are_apart(*reversed(pair), at=the_clock.now())
    assert not apart.are_apart(mori.person_id, mori.person_id, at=the_clock.now())


@pytest.mark.both
def test_who_was_given_rights_or_a_password_lately_is_not_a_second_person(app, mori, hara, yuki):
    at = the_clock.now()
    who = {"by": mori, "at": at}
    (place,) = history.history_of(mori, hara.person_id)
    quiet = changing.MembershipDraft(Role.OFFICER, None, may_invite=False, is_head=True)
    changing.change(place, quiet, **who)
    assert apart.are_apart(mori.person_id, hara.person_id, at=at)
    loud = changing.MembershipDraft(Role.OFFICER, None, may_invite=True, is_head=True)
    changing.change(place, loud, **who)
    assert not apart.are_apart(mori.person_id, hara.person_id, at=at)
    assert apart.are_apart(mori.person_id, yuki.person_id, at=at)
    factories.reset_link(yuki, by=mori)
    assert apart.are_apart(mori.person_id, yuki.person_id, at=at)
    reset = db.session.scalars(sa.select(PasswordReset)).one()
    reset.used_at = at + timedelta(seconds=1)
    db.session.commit()
    assert not apart.are_apart(mori.person_id, yuki.person_id, at=the_clock.now())


def test_a_puppet_does_not_agree_to_a_large_file(app, mori, kansa):
    puppet = let_in(mori, "puppet")
    standing = mori.standings[0]
    export = Export(
        municipality_id=standing.municipality_id,
        organisation_id=standing.organisation_id,
        kind=ExportKind.CASES,
        narrowed="",
        rows=5000,
        purpose=Purpose.MEETING,
        note="",
        person_id=mori.person_id,
        asked_at=the_clock.now(),
    )
    db.session.add(export)
    db.session.commit()
    with pytest.raises(ConflictError):
        exports.answer(export, agrees=True, by=puppet, at=the_clock.now())
    exports.answer(export, agrees=True, by=kansa, at=the_clock.now())
    assert export.agreed_by_id == kansa.person_id
