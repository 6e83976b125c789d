"""An agency near a border: which towns it serves as well, who says so, and what that opens."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts import queries, service
from tracker.accounts.roles import Role
from tracker.accounts.service import OrganisationDraft
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError

CITY, TOWN, ELSEWHERE, NO_CENTRE = 98201, 98321, 13101, 13102
AOBA, KAEDE, EAST = (
    "あおばケアプラン室",
    "かえで居宅介護支援事業所",
    "見晴市東地域包括支援センター",
)


def served(organisation):
    """Ids of the towns beyond its own."""
    db.session.rollback()
    return [town.id for town in queries.towns_served(organisation.id)]


def offered(organisation):
    """Ids of the towns it may choose from."""
    return [town.id for town in queries.towns_to_serve(organisation)]


def opened(browser, organisation):
    """The form as it is in the browser, and the values of its boxes for towns."""
    page = parsed(browser.get(f"/organisations/{organisation.id}/edit").text)
    (form,) = [form for form in page.iter("form") if "version" in form_fields(form)]
    boxes = [box.get("value") for box in form.iter("input") if box.get("name") == "town_ids"]
    return form_fields(form), boxes


def draft_of(organisation, town_ids):
    return OrganisationDraft(
        organisation.name_ja,
        organisation.name_en,
        organisation.kana,
        organisation.phone,
        frozenset(town_ids),
    )


# --- what it opens ---


@pytest.mark.both
def test_aois_office_serves_the_town_across_the_border(aoi, kato):
    assert aoi.town_ids(Role.AGENCY) == {CITY, TOWN}
    assert aoi.municipality_ids(Role.AGENCY) == {CITY}
    assert kato.town_ids(Role.AGENCY) == {CITY}


@pytest.mark.both
@pytest.mark.parametrize(
    ("towns", "codes"),
    [
        (set(), []),
        ({CITY}, ["98201-01", "98201-02"]),
        ({TOWN}, ["98321-01"]),
        ({CITY, TOWN}, ["98201-01", "98201-02", "98321-01"]),
        ({ELSEWHERE}, []),
    ],
)
def test_cases_are_filed_for_areas_of_exactly_the_towns_asked_for(towns, codes, app):
    names = {
        "98201-01": ("東圏域", CITY),
        "98201-02": ("西圏域", CITY),
        "98321-01": ("全域", TOWN),
    }
    found = queries.areas_with_centre(frozenset(towns))
    assert [(area.name_ja, area.municipality_id) for area in found] == [names[c] for c in codes]


def test_an_area_no_centre_serves_is_none_to_file_for(app):
    area = factories.make_area("千代田", ELSEWHERE)
    assert [a.id for a in queries.areas_with_centre(frozenset({ELSEWHERE}))] == [area.id]
    centre = queries.centre_of_area(area.id)
    centre.kind = "other"
    db.session.commit()
    assert queries.areas_with_centre(frozenset({ELSEWHERE})) == []


def test_the_directory_of_a_served_town_is_open_to_aoi_and_not_to_kato(sign_in, aoi, kato, tani):
    made = factories.make_resource(by=tani)
    assert sign_in(aoi).get(f"/resources/{made.id}").status_code == 200
    assert sign_in(kato).get(f"/resources/{made.id}").status_code == 404
    factories.serve(min(kato.organisation_ids()), TOWN)
    assert sign_in(kato).get(f"/resources/{made.id}").status_code == 200


# --- what can be chosen ---


@pytest.mark.both
def test_towns_of_the_prefecture_with_a_centre_are_offered(office):
    factories.make_area("千代田", ELSEWHERE)
    assert offered(office(AOBA)) == [TOWN]
    assert offered(office("清流ケアプランセンター", TOWN)) == [CITY]
    tokyo = factories.make_organisation("みなとケアプラン", NO_CENTRE)
    assert offered(tokyo) == [ELSEWHERE]


def test_a_town_that_is_served_already_stays_a_choice(office):
    factories.make_area("千代田", ELSEWHERE)
    factories.serve(office(AOBA).id, ELSEWHERE)
    assert offered(office(AOBA)) == [ELSEWHERE, TOWN]


def test_a_centre_is_asked_about_no_towns(sign_in, mori, office):
    assert offered(office(EAST)) == []
    assert opened(sign_in(mori), office(EAST))[1] == []


# --- saying so ---


@pytest.mark.both
def test_mori_says_that_an_office_serves_a_town_and_takes_it_back(sign_in, mori, office):
    browser, kaede = sign_in(mori), office(KAEDE)
    url = f"/organisations/{kaede.id}/edit"
    fields, boxes = opened(browser, kaede)
    assert boxes == [str(TOWN)]
    assert browser.post(url, data={**fields, "town_ids": [TOWN]}).status_code == 303
    assert served(kaede) == [TOWN]
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.verb, entry.facts["was"], entry.facts["now"]) == (
        "organisation.changed",
        {"town_ids": []},
        {"town_ids": [TOWN]},
    )
    fields, _boxes = opened(browser, kaede)
    assert fields["town_ids"] == str(TOWN)
    del fields["town_ids"]
    assert browser.post(url, data=fields).status_code == 303
    assert served(kaede) == []


@pytest.mark.parametrize("login", ["kanri", "chief"])
def test_the_administrator_and_the_offices_own_chief_say_so_too(login, request, sign_in, office):
    kaede = office(KAEDE)
    if login == "chief":
        person = factories.make_person("chief", kaede.id, may_invite=True)
    else:
        person = request.getfixturevalue(login)
    browser = sign_in(person)
    fields, _boxes = opened(browser, kaede)
    browser.post(f"/organisations/{kaede.id}/edit", data={**fields, "town_ids": [TOWN]})
    assert served(kaede) == [TOWN]


@pytest.mark.both
def test_who_may_not_change_the_office_may_not_say_which_towns_it_serves(kato, office, clock):
    kaede = office(KAEDE)
    with pytest.raises(NotAllowedError):
        service.change_organisation(kaede, draft_of(kaede, {TOWN}), by=kato, at=clock.now())


@pytest.mark.both
@pytest.mark.parametrize(("name", "town"), [(KAEDE, ELSEWHERE), (KAEDE, CITY), (EAST, TOWN)])
def test_a_town_that_is_not_offered_is_refused(name, town, mori, office, clock):
    organisation = office(name)
    with pytest.raises(InvalidInputError):
        service.change_organisation(
            organisation, draft_of(organisation, {town}), by=mori, at=clock.now()
        )


def test_a_made_up_town_is_refused_by_the_form(sign_in, mori, office):
    browser, kaede = sign_in(mori), office(KAEDE)
    fields, _boxes = opened(browser, kaede)
    for wrong in ("999999", "x"):
        answer = browser.post(
            f"/organisations/{kaede.id}/edit", data={**fields, "town_ids": [wrong]}
        )
        assert answer.status_code == 422
    assert served(kaede) == []


def test_a_draft_that_is_silent_about_towns_leaves_them(mori, office, clock):
    aoba = office(AOBA)
    draft = OrganisationDraft(aoba.name_ja, aoba.name_en, aoba.kana, "0980-00-1009")
    service.change_organisation(aoba, draft, by=mori, at=clock.now())
    db.session.commit()
    assert served(aoba) == [TOWN]


def test_two_who_change_the_towns_see_both_versions(sign_in, mori, kanri, office, clock):
    kaede = office(KAEDE)
    url, browser = f"/organisations/{kaede.id}/edit", sign_in(mori)
    mine, _boxes = opened(browser, kaede)
    theirs, _boxes = opened(sign_in(kanri), kaede)
    clock.move(minutes=1)
    sign_in(kanri).post(url, data={**theirs, "town_ids": [TOWN]})
    answer = browser.post(f"{url}?lang=en", data=mine)
    assert answer.status_code == 409
    assert_sound(answer.text, url, "en")
    cells = ["".join(cell.itertext()).strip() for cell in parsed(answer.text).iter("td")]
    assert "Kawase Town" in cells
    assert served(kaede) == [TOWN]


def test_the_page_of_an_office_names_the_towns_it_serves(sign_in, aoi, office):
    assert "川瀬町" in sign_in(aoi).get(f"/organisations/{office(AOBA).id}").text
