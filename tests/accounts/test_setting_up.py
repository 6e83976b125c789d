"""Setting a town up by hand: what is missing, areas, organisations, where the offices lie."""

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from tests import factories, links
from tests.client import parsed
from tests.setting_up import SHIOMI, empty_town
from tracker.accounts.models import Area, Organisation, OrganisationArea, OrganisationKind
from tracker.accounts.roles import Role
from tracker.core.db import db
from tracker.home import steps
from tracker.issues.models import IssueStatus
from tracker.settings.values.models import Key

TOWN, EMPTY = 98201, SHIOMI
HERE = f"/settings/setup/{TOWN}"
THERE = f"/settings/setup/{EMPTY}"


@pytest.fixture
def newcomer(app):
    """An officer of a town in which there is nothing else."""
    home = factories.make_organisation("地域福祉課", empty_town(), kind=OrganisationKind.OFFICE)
    return factories.make_person("shio", home.id, Role.OFFICER, may_invite=True)


def names_of(model, town=EMPTY):
    rows = sa.select(model.name_ja).where(model.municipality_id == town).order_by(model.id)
    return db.session.scalars(rows).all()


def body(**changes):
    fields = {"kind": "centre", "name_ja": "第一センター", "kana": "だいいちせんたー"}
    return {**fields, **changes}


def done(person, town=EMPTY):
    """The labels of the steps that are done."""
    with force_locale("en"):
        return {step.label for step in steps.road(person, town).steps if step.is_done}


def test_the_first_page_of_a_newcomer_says_what_is_missing(sign_in, newcomer):
    page = sign_in(newcomer).get("/").text
    assert "最初の会議までの準備" in page
    assert THERE in page


def test_the_steps_go_from_open_to_done(sign_in, app, newcomer):
    browser = sign_in(newcomer)
    with app.test_request_context():
        assert done(newcomer) == {"Office hours"}
    assert browser.post_form(f"{THERE}/areas", {"names": "北\n南\n"}).status_code == 303
    areas = db.session.scalars(sa.select(Area.id).where(Area.municipality_id == EMPTY)).all()
    for number, area in enumerate(areas):
        phone = f"0980-00-400{number}" if number else ""
        fields = body(name_ja=f"第{number}センター", area_ids=str(area), phone=phone)
        assert browser.post_form(f"{THERE}/organisations", fields).status_code == 303
    with app.test_request_context():
        assert done(newcomer) == {"Areas", "Office hours"}
    for name in ("第0センター", "地域福祉課"):
        key = db.session.scalar(sa.select(Organisation.id).where(Organisation.name_ja == name))
        page = browser.get(THERE).text
        assert f'href="/organisations/{key}/edit"' in page, "its telephone is missing"
        typed = {"phone": "0980-00-4000", "kana": "しおみ"}
        assert browser.post_form(f"/organisations/{key}/edit", typed).status_code == 303
    set_up = {"Areas", "Support centres", "Departments of the town", "Office hours"}
    with app.test_request_context():
        assert done(newcomer) == set_up
    office = body(kind="agency", name_ja="ケアプラン北", area_ids=str(areas[0]))
    browser.post_form(f"{THERE}/organisations", office)
    with app.test_request_context():
        assert done(newcomer) == set_up | {"Care management offices"}


def test_the_later_steps_say_how_far_they_are_and_who_takes_them(sign_in, app, mori, aoi, sato):
    with app.test_request_context():
        before = done(mori, TOWN)
        assert not before & {"First case filed", "First regional issue confirmed"}
    page = sign_in(mori).get(HERE).text
    assert "ケアマネジャーが報告します" in page
    assert "報告された事例をセンターが受理し" in page
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)
    db.session.commit()
    with app.test_request_context():
        assert done(mori, TOWN) - before == {"First case filed", "First regional issue confirmed"}
    assert "First agenda published" not in before


def test_the_population_is_asked_for_on_the_road(sign_in, app, mori):
    browser = sign_in(mori)
    assert f"/settings/values/figures?town={TOWN}" in browser.get(HERE).text
    links.set_value(mori, Key.POPULATION, 24_000)
    with app.test_request_context():
        assert "Population of the town" in done(mori, TOWN)


def test_the_steps_can_be_taken_off_the_first_page_and_put_back(sign_in, newcomer):
    browser = sign_in(newcomer)
    browser.post_form(THERE, to=f"{THERE}/finish")
    assert "最初の会議までの準備" not in browser.get("/").text
    browser.post_form(THERE, to=f"{THERE}/begin")
    assert "最初の会議までの準備" in browser.get("/").text


def test_an_administrator_chooses_the_town(sign_in, kanri):
    empty_town()
    browser = sign_in(kanri)
    page = browser.get("/settings/setup/?q=汐見").text
    assert f"{THERE}/begin" in page
    assert browser.send(f"{THERE}/begin").location == THERE
    assert "汐見町" in browser.get("/settings/setup/").text


def test_an_officer_finds_only_the_own_town(sign_in, mori):
    empty_town()
    page = sign_in(mori).get("/settings/setup/?q=汐見").text
    assert "/begin" not in page


def test_areas_are_numbered_on_and_not_made_twice(sign_in, newcomer):
    browser = sign_in(newcomer)
    browser.post_form(f"{THERE}/areas", {"names": "北\n\n 南 "})
    browser.post_form(f"{THERE}/areas", {"names": "南\n浜"})
    codes = (
        sa.select(Area.name_ja, Area.code).where(Area.municipality_id == EMPTY).order_by(Area.code)
    )
    assert db.session.execute(codes).all() == [
        ("北", "98401-01"),
        ("南", "98401-02"),
        ("浜", "98401-03"),
    ]


@pytest.mark.parametrize(
    "names", ["", " \n ", "長" * 121, "\n".join(str(number) for number in range(100))]
)
def test_areas_that_cannot_be_are_refused(sign_in, newcomer, names):
    answer = sign_in(newcomer).post_form(f"{THERE}/areas", {"names": names})
    assert (answer.status_code, names_of(Area)) == (422, [])


def test_an_area_is_renamed_but_not_to_the_name_of_another(sign_in, newcomer):
    browser = sign_in(newcomer)
    browser.post_form(f"{THERE}/areas", {"names": "北\n南"})
    (first, *_more) = db.session.scalars(sa.select(Area.id).where(Area.municipality_id == EMPTY))
    page = f"{THERE}/areas/{first}"
    assert browser.post_form(page, {"name_ja": "南", "name_en": "South"}).status_code == 422
    assert browser.post_form(page, {"name_ja": "西", "name_en": "West"}).status_code == 303
    assert names_of(Area) == ["西", "南"]


def test_an_area_of_another_town_is_missing(sign_in, newcomer, sato):
    area = min(sato.area_ids(Role.CENTRE))
    assert sign_in(newcomer).get(f"{THERE}/areas/{area}").status_code == 404


def test_a_centre_is_kept_with_who_runs_it_and_its_areas(sign_in, mori):
    area = db.session.scalar(sa.select(sa.func.min(Area.id)).where(Area.municipality_id == TOWN))
    fields = body(area_ids=str(area), run="outsourced", office_no="98-00100034")
    sign_in(mori).post_form(f"{HERE}/organisations", fields)
    made = db.session.scalars(sa.select(Organisation).filter_by(name_ja="第一センター")).one()
    assert (made.is_outsourced, made.office_no, made.name_en) == (
        True,
        "9800100034",
        "第一センター",
    )
    served = sa.select(OrganisationArea.area_id).filter_by(organisation_id=made.id)
    assert db.session.scalars(served).all() == [area]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"office_no": "123"}, "office_no"),
        ({"office_no": "9870100011", "kind": "agency"}, "office_no"),
        ({"name_ja": "あおばケアプラン室", "kind": "agency"}, "name_ja"),
        ({"area_ids": None}, "area_ids"),
        ({"mail": "not a mail"}, "mail"),
        ({"kana": ""}, "kana"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_beside_the_field(sign_in, mori, changes, field):
    area = db.session.scalar(sa.select(sa.func.min(Area.id)).where(Area.municipality_id == TOWN))
    before = len(names_of(Organisation, TOWN))
    fields = body(**{"area_ids": str(area), **changes})
    answer = sign_in(mori).post_form(f"{HERE}/organisations", fields)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert len(names_of(Organisation, TOWN)) == before


def test_an_odd_number_is_a_warning_and_no_refusal(sign_in, mori):
    browser = sign_in(mori)
    fields = body(kind="agency", name_ja="港", office_no="2372100034")
    page = browser.get(browser.post_form(f"{HERE}/organisations", fields).location).text
    assert "2372100034" in page.partition("flash-warning")[2]
    assert "港" in names_of(Organisation, TOWN)


def test_the_same_form_sent_twice_makes_one_organisation(sign_in, mori):
    browser = sign_in(mori)
    page = browser.get(f"{HERE}/organisations").text
    key = parsed(page).find(".//input[@name='request_key']").get("value")
    fields = body(kind="other", name_ja="港の会", request_key=key)
    for _time in range(2):
        assert browser.send(f"{HERE}/organisations", fields).status_code == 303
    assert names_of(Organisation, TOWN).count("港の会") == 1


@pytest.mark.both
def test_offices_are_put_into_areas(sign_in, mori, aoi):
    (office,) = aoi.organisation_ids(Role.AGENCY)
    east, west = db.session.scalars(
        sa.select(Area.id).where(Area.municipality_id == TOWN).order_by(Area.id)
    ).all()
    lies = sa.select(OrganisationArea.area_id).filter_by(organisation_id=office)
    browser = sign_in(mori)
    browser.post_form(f"{HERE}/places", {f"area-{office}": str(west)})
    assert db.session.scalars(lies).all() == [west]
    browser.post_form(f"{HERE}/places", {f"area-{office}": ""})
    assert db.session.scalars(lies).all() == []
    browser.post_form(f"{HERE}/places", {f"area-{office}": str(east)})
    assert db.session.scalars(lies).all() == [east]


def test_an_office_or_area_of_another_town_cannot_be_placed(sign_in, mori, ono, aoi):
    browser = sign_in(mori)
    far, near = (min(one.organisation_ids(Role.AGENCY)) for one in (ono, aoi))
    key = parsed(browser.get(f"{HERE}/places").text).find(".//input[@name='request_key']")
    for name, area in ((f"area-{far}", ""), (f"area-{near}", "999999"), ("area-x", "1")):
        fields = {"request_key": key.get("value"), name: area}
        assert browser.send(f"{HERE}/places", fields).status_code == 404


def test_the_page_of_steps_costs_the_same_for_more_offices(sign_in, statements, mori):
    browser = sign_in(mori)
    browser.get(HERE)
    with statements() as few:
        browser.get(HERE)
    for number in range(5):
        factories.make_organisation(f"事業所{number}", TOWN)
    with statements() as many:
        browser.get(HERE)
    assert len(few) == len(many)
