"""Who may know of which organisations, and change what is said of them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.client import form_fields, parsed
from tracker.accounts import queries, service
from tracker.accounts.models import Organisation, OrganisationKind
from tracker.accounts.roles import Role
from tracker.accounts.service import OrganisationDraft
from tracker.accounts.viewer import Viewer
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import NotAllowedError, NotFoundError

AOBA, EAST, WEST = (
    "あおばケアプラン室",
    "見晴市東地域包括支援センター",
    "見晴市西地域包括支援センター",
)
OFFICE = "見晴市 高齢福祉課"


def known_to(viewer):
    return {row.name_ja for row in db.session.execute(queries.organisations(viewer))}


# Who knows of which.


@pytest.mark.both
@pytest.mark.parametrize(
    ("login", "count"),
    [("aoi", 1), ("ono", 1), ("sato", 7), ("nishi", 5), ("mori", 14), ("yama", 14), ("tani", 4)],
)
def test_people_know_of_the_organisations_they_work_with(app, request, login, count):
    assert len(known_to(request.getfixturevalue(login))) == count


@pytest.mark.both
@pytest.mark.parametrize("login", ["ken", "iin", "kansa"])
def test_who_has_no_business_with_organisations_knows_of_none(app, request, login):
    assert known_to(request.getfixturevalue(login)) == set()


@pytest.mark.both
def test_who_has_no_standing_knows_of_none(app, aoi):
    assert known_to(Viewer(aoi.person_id, "青井", "ja", ())) == set()


@pytest.mark.both
def test_ono_cannot_know_of_an_organisation_of_miharashi(app, ono):
    others = sa.select(Organisation.id).where(Organisation.municipality_id != 98321)
    for organisation_id in db.session.scalars(others).all():
        with pytest.raises(NotFoundError):
            queries.get_organisation(ono, organisation_id)


def test_ono_finds_none_of_miharashi_on_any_page(sign_in, ono, office):
    browser, aoba = sign_in(ono), office(AOBA).id
    urls = [f"/organisations/{aoba}", f"/organisations/{aoba}/edit", "/organisations/999999"]
    assert [browser.get(url).status_code for url in urls] == [404, 404, 404]
    assert "あおば" not in browser.get("/organisations/").text


def test_ono_cannot_change_what_she_cannot_know_of(sign_in, ono, office):
    aoba = office(AOBA)
    typed = {"name_ja": "川瀬", "name_en": "Kawase", "kana": "かわせ", "version": "1"}
    assert sign_in(ono).send(f"/organisations/{aoba.id}/edit", typed).status_code == 404
    assert db.session.get_one(Organisation, aoba.id).name_ja == AOBA


def test_a_centre_knows_of_the_agencies_of_its_area_and_of_no_other_centre(sato):
    names = known_to(sato)
    assert (AOBA in names, EAST in names, WEST in names) == (True, True, False)


@pytest.mark.both
@pytest.mark.parametrize(("login", "members"), [("mori", ["aoi"]), ("ono", [])])
def test_the_members_of_an_organisation_are_known_to_who_knows_of_it(
    app, request, office, clock, login, members
):
    viewer = request.getfixturevalue(login)
    rows = queries.members_of(viewer, office(AOBA), today=clock.now().date())
    assert [row.person.login for row in rows] == members


# Changing what is said.

MAY_EDIT = {  # who → organisation → what the edit page answers
    ("mori", AOBA): 200,
    ("mori", EAST): 200,
    ("hara", AOBA): 403,
    ("sato", EAST): 200,
    ("sato", AOBA): 403,
    ("nishi", WEST): 403,
    ("aoi", AOBA): 403,
    ("kanri", OFFICE): 200,
    ("tani", AOBA): 404,
    ("yama", OFFICE): 403,
}


@pytest.mark.parametrize(("login", "name"), MAY_EDIT)
def test_an_organisation_is_changed_by_its_own_people_who_may_invite(
    request, sign_in, office, login, name
):
    browser = sign_in(request.getfixturevalue(login))
    answer = browser.get(f"/organisations/{office(name).id}/edit")
    assert answer.status_code == MAY_EDIT[login, name]


@pytest.mark.both
@pytest.mark.parametrize("login", ["aoi", "hara"])
def test_the_service_refuses_who_may_not(app, request, office, clock, login):
    draft = OrganisationDraft("新しい名前", "New name", "あたらしいなまえ", "")
    with pytest.raises(NotAllowedError):
        service.change_organisation(
            office(AOBA), draft, by=request.getfixturevalue(login), at=clock.now()
        )


@pytest.fixture
def address(office):
    """Where Aoba is changed."""
    return f"/organisations/{office(AOBA).id}/edit"


@pytest.mark.both
def test_a_change_is_saved(sign_in, mori, office, address):
    answer = sign_in(mori).post_form(address, {"name_en": "Aoba Office", "phone": ""})
    assert answer.location == address.removesuffix("/edit")
    assert (office(AOBA).name_en, office(AOBA).phone) == ("Aoba Office", "")


def test_a_change_is_in_the_audit_log_without_its_words(sign_in, mori, address):
    sign_in(mori).post_form(address, {"name_en": "Aoba Office"})
    last = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.verb, last.chain, last.actor_id) == ("organisation.changed", 98201, mori.person_id)
    assert "Aoba Office" not in str(last.facts)


@pytest.mark.parametrize("field", ["name_ja", "kana"])
def test_names_must_be_filled_in(sign_in, mori, address, field):
    answer = sign_in(mori).post_form(address, {field: " "})
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)


# Two at once.


def _opened(browser, address):
    """The form as it is in the browser now."""
    forms = [form_fields(form) for form in parsed(browser.get(address).text).iter("form")]
    (form,) = [form for form in forms if "version" in form]
    return form


@pytest.fixture
def too_late(sign_in, mori, kanri, address):
    """Mori and Kanri have opened the form; Kanri saves first. Mori's browser, and his form."""
    browser = sign_in(mori)
    form = _opened(browser, address)
    sign_in(kanri).post_form(address, {"name_en": "Aoba by Kanri"})
    return browser, {**form, "name_en": "Aoba by Mori", "phone": "0980-00-7777"}


@pytest.mark.both
def test_who_comes_second_overwrites_nothing(too_late, office, address):
    browser, form = too_late
    assert browser.post(address, data=form).status_code == 409
    assert office(AOBA).name_en == "Aoba by Kanri"


def test_who_comes_second_sees_both_texts_side_by_side(too_late, address):
    browser, form = too_late
    table = parsed(browser.post(address, data=form).text).find(".//table")
    rows = {row[0].text.strip(): [cell.text for cell in row[1:]] for row in table.find("tbody")}
    assert ["Aoba by Mori", "Aoba by Kanri"] in rows.values()
    assert ["0980-00-7777", "0980-00-1001"] in rows.values()


def test_who_comes_second_still_has_the_own_words_in_the_form(too_late, address):
    browser, form = too_late
    page = browser.post(address, data=form).text
    assert 'value="Aoba by Mori"' in page


def test_sending_again_after_seeing_both_saves_knowingly(too_late, office, address):
    browser, form = too_late
    page = parsed(browser.post(address, data=form).text)
    (again,) = [f for f in map(form_fields, page.iter("form")) if "version" in f]
    assert browser.post(address, data=again).status_code == 303
    assert (office(AOBA).name_en, office(AOBA).phone) == ("Aoba by Mori", "0980-00-7777")


@pytest.mark.both
def test_of_two_who_save_in_the_same_moment_one_is_told(sign_in, mori, kanri, office, address):
    browsers = {name: sign_in(person) for name, person in (("M", mori), ("K", kanri))}
    forms = {
        name: {**_opened(browser, address), "name_en": f"Aoba Care Plan by {name}"}
        for name, browser in browsers.items()
    }
    start = threading.Barrier(2)
    db.session.remove()

    def save(name):
        start.wait(10)
        return browsers[name].post(address, data=forms[name])

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip("MK", pool.map(save, "MK"), strict=True))
    told = {answer.status_code: name for name, answer in answers.items()}
    assert set(told) == {303, 409}
    assert office(AOBA).name_en == f"Aoba Care Plan by {told[303]}"
    assert f"Aoba Care Plan by {told[409]}" in answers[told[409]].text


# What is added from the command line.


@pytest.mark.both
def test_an_organisation_of_the_same_name_in_another_town_is_another_one(app, clock):
    for town in (98201, 98321):
        service.add_organisation(
            "みなと", OrganisationKind.OTHER, municipality_id=town, at=clock.now()
        )
    db.session.commit()
    found = [queries.find_organisation("みなと", town) for town in (98201, 98321)]
    assert found[0].id != found[1].id


@pytest.mark.both
def test_the_offices_of_somebody_are_those_where_cases_are_filed(app, aoi, mori):
    assert [name for _id, name in queries.offices_of(aoi)] == [AOBA]
    assert queries.offices_of(mori) == []
    assert aoi.organisation_ids(Role.AGENCY) != mori.organisation_ids()
