"""Joining two offices: the one is closed, its history stays, its people go on in the other."""

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts import queries as accounts
from tracker.accounts import working
from tracker.accounts.changing import merging
from tracker.accounts.models import Membership, Organisation
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError

OLD_NUMBER = "9870100011"  # of Aoi's office


def office_of(person):
    return db.session.get_one(Organisation, min(person.organisation_ids(Role.AGENCY)))


def again(person):
    return viewer_of(person.person_id, today=the_clock.today())


def join(gone, into, by):
    made = merging.merge(gone, into, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    return made


@pytest.mark.both
def test_aoi_goes_on_in_katos_office(app, mori, aoi, kato):
    gone, into = office_of(aoi), office_of(kato)
    join(gone, into, mori)
    (standing,) = again(aoi).standings
    assert (standing.organisation_id, standing.former_ids) == (into.id, {gone.id})
    assert (gone.closed_on, gone.merged_into_id) == (the_clock.today(), into.id)


@pytest.mark.both
def test_cases_keep_their_office_and_both_read_and_answer_them(sign_in, app, mori, aoi, kato):
    old, own = factories.make_case(by=aoi), factories.make_case(by=kato)
    gone = office_of(aoi)
    join(gone, office_of(kato), mori)
    for person in (aoi, kato):
        browser = sign_in(person)
        for case in (old, own):
            assert browser.get(f"/cases/{case.id}").status_code == 200
    db.session.refresh(old)
    assert old.organisation_id == gone.id


def test_notices_about_old_cases_reach_the_people_of_the_new_office(app, mori, aoi, kato):
    gone, into = office_of(aoi), office_of(kato)
    join(gone, into, mori)
    today = the_clock.today()
    people = {person.login for person in accounts.active_people_of(gone.id, today=today)}
    assert {"aoi", "kato"} <= people
    both = working.active_people([gone.id, into.id], today=today)
    assert [person.id for person, _may in both[gone.id]] == [
        person.id for person, _may in both[into.id]
    ]


def test_the_old_number_is_found_and_leads_to_the_new_office(sign_in, mori, aoi, kato):
    gone, into = office_of(aoi), office_of(kato)
    join(gone, into, mori)
    browser = sign_in(mori)
    found = browser.get(f"/organisations/?q={OLD_NUMBER}").text
    assert f"/organisations/{gone.id}" in found
    assert f"/organisations/{into.id}" not in found
    assert f"/organisations/{into.id}" in browser.get(f"/organisations/{gone.id}").text
    assert OLD_NUMBER in browser.get(f"/organisations/{into.id}").text


def test_open_invitations_of_the_old_office_open_nothing(client, mori, aoi, kato):
    token = factories.invite(mori, office_of(aoi).id, Role.AGENCY)
    join(office_of(aoi), office_of(kato), mori)
    assert client.get(f"/invitations/{token}").status_code == 410


def test_who_joined_today_goes_on_and_nobody_twice(app, mori, aoi, kato):
    gone, into = office_of(aoi), office_of(kato)
    natsu = factories.make_person("natsu", gone.id)
    both = factories.make_person("both", gone.id)
    row = sa.select(Membership).where(Membership.person_id == both.person_id)
    person = accounts.find_person("both")
    factories.join(person, into.id, Role.AGENCY)
    join(gone, into, mori)
    assert again(natsu).organisation_ids() >= {into.id}
    assert len(again(both).standings) == 1
    assert db.session.scalars(row).all()


def test_an_office_joined_twice_over_leads_to_the_last(app, mori, aoi, kato):
    first, second = office_of(aoi), office_of(kato)
    third = factories.make_organisation("港ケアプラン", 98201)
    join(first, second, mori)
    join(second, third, mori)
    assert first.merged_into_id == third.id
    (standing,) = again(aoi).standings
    assert standing.former_ids == {first.id, second.id}


def test_it_stands_in_the_log_of_the_town(app, mori, aoi, kato):
    join(office_of(aoi), office_of(kato), mori)
    verbs = db.session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.chain == 98201)).all()
    assert {"organisation.merged", "organisation.took_up"} <= set(verbs)


def test_a_closed_office_is_joined_to_nothing(app, mori, aoi, kato):
    join(office_of(aoi), office_of(kato), mori)
    with pytest.raises(ConflictError):
        join(db.session.get_one(Organisation, min(aoi.organisation_ids())), office_of(kato), mori)


@pytest.mark.parametrize("who", ["hara", "sato", "tani", "kato"])
def test_only_who_sets_up_the_town_joins_its_offices(app, request, aoi, kato, who):
    with pytest.raises(NotAllowedError):
        join(office_of(aoi), office_of(kato), request.getfixturevalue(who))


def test_an_office_is_not_joined_to_one_of_another_town_or_kind(app, kanri, aoi, ono, sato):
    centre = db.session.get_one(Organisation, min(sato.organisation_ids(Role.CENTRE)))
    for into in (office_of(ono), centre, office_of(aoi)):
        with pytest.raises(NotAllowedError):
            join(office_of(aoi), into, kanri)


def test_on_the_page(sign_in, mori, aoi, kato):
    gone, into = office_of(aoi).id, office_of(kato).id
    factories.make_case(by=aoi)
    factories.invite(mori, gone, Role.AGENCY)
    browser = sign_in(mori)
    page = f"/organisations/{gone}/merge?into={into}"
    shown = browser.get(page).text
    for words in ("かえで居宅介護支援事業所", "青井 みどり", "未完了の事例1件", "西圏域", ">1<"):
        assert (words in shown) is (words != "西圏域"), words
    assert "東" in shown
    assert browser.post_form(page).location == f"/organisations/{into}"
    assert min(again(aoi).organisation_ids() - {gone}) == into


def test_what_has_changed_since_it_was_shown_is_shown_anew(sign_in, mori, aoi, kato):
    gone, into = office_of(aoi).id, office_of(kato).id
    browser, page = sign_in(mori), f"/organisations/{gone}/merge?into={into}"
    factories.make_person("natsu", gone)
    assert browser.post_form(page, {"seen": "0" * 16}).status_code == 422
    assert db.session.get_one(Organisation, gone).merged_into_id is None


# Undoing it.


def undo(gone, by):
    merging.unmerge(gone, by=by, at=the_clock.now())
    db.session.commit()


def standing_of(person):
    return {(s.role, s.organisation_id, s.may_invite) for s in again(person).standings}


@pytest.mark.both
def test_undone_within_a_day_everything_is_as_it_was(sign_in, client, clock, mori, aoi, kato):
    gone, into = office_of(aoi), office_of(kato)
    token = factories.invite(mori, gone.id, Role.AGENCY)
    natsu = factories.make_person("natsu", gone.id)
    people = (aoi, kato, natsu)
    before = [standing_of(one) for one in people]
    areas = [area.id for area in accounts.areas_of(into.id)]
    join(gone, into, mori)
    clock.move(hours=23)
    browser, page = sign_in(mori), f"/organisations/{gone.id}"
    assert browser.post_form(page, to=f"{page}/merge/undo").status_code == 303
    db.session.expire_all()
    assert [standing_of(one) for one in people] == before
    assert (gone.closed_on, gone.merged_into_id) == (None, None)
    assert [area.id for area in accounts.areas_of(into.id)] == areas
    assert client.get(f"/invitations/{token}").status_code == 200
    verbs = db.session.scalars(sa.select(AuditEntry.verb)).all()
    assert verbs.count("organisation.merge_undone") == 1


def test_after_a_day_or_by_somebody_else_it_is_not_undone(app, clock, mori, kanri, aoi, kato):
    gone = office_of(aoi)
    join(gone, office_of(kato), mori)
    with pytest.raises(ConflictError):
        undo(gone, kanri)
    clock.move(hours=24)
    with pytest.raises(ConflictError):
        undo(gone, mori)


def test_once_something_was_built_on_it_it_is_not_undone(app, mori, aoi, kato):
    gone = office_of(kato)
    join(gone, office_of(aoi), mori)
    factories.make_case(by=again(kato))
    with pytest.raises(ConflictError):
        undo(gone, mori)
    assert gone.merged_into_id is not None


def test_an_office_that_was_joined_earlier_leads_back_to_the_one_between(app, mori, aoi, kato):
    first, second = office_of(aoi), office_of(kato)
    third = factories.make_organisation("港ケアプラン", 98201)
    join(first, second, mori)
    join(second, third, mori)
    undo(second, mori)
    assert (first.merged_into_id, second.merged_into_id) == (second.id, None)
