"""What the town speaks in: 51 types, seven official rows, and the lists of answers."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.taxonomy import queries, service
from tracker.taxonomy.models import (
    ActType,
    ClassPlacement,
    Code,
    CodeList,
    Guidance,
    GuidanceStep,
    PlacementBasis,
)

TODAY = date(2026, 11, 24)
FIRST_DAY = date(2024, 12, 2)  # the ministry's interim report
CODES = {
    CodeList.GAP: "G0 G1 G2 G3 G4 G5 G6 G9",
    CodeList.REQUESTER: "SELF FAMILY HOSPITAL FACILITY CITY POLICE PROVIDER NEIGHBOR NONE",
    CodeList.OUTCOME: "DONE_SELF CONNECTED DECLINED PENDING",
    CodeList.URGENCY: "E1 E2 E3",
    CodeList.ABILITY_TO_PAY: "SELF PARTLY NONE UNKNOWN",
    CodeList.FORMALITY: "FORMAL SEMI INFORMAL",
    CodeList.FEE: "FREE PAID_VOL MARKET",
}


@pytest.mark.both
def test_there_are_51_types_in_19_families(app):
    types = queries.act_types(TODAY)
    assert (len(types), len(queries.families())) == (51, 19)
    assert {act.family_code for act in types} == {f.code for f in queries.families()}


@pytest.mark.both
def test_a_type_begins_with_the_letters_of_its_family(app):
    assert all(act.code.startswith(act.family_code) for act in queries.act_types(TODAY))


@pytest.mark.both
def test_the_ministry_has_placed_24_types_nowhere(app):
    placed = Counter(row.work_class_code for row in queries.placements(TODAY).values())
    assert (placed.total(), placed[None]) == (51, 24)


@pytest.mark.both
def test_a_type_stands_in_no_class_exactly_when_nobody_placed_it(app):
    for row in queries.placements(TODAY).values():
        assert (row.work_class_code is None) == (row.basis is PlacementBasis.NONE), (
            row.act_type_code
        )


@pytest.mark.both
def test_there_are_seven_official_rows_each_with_steps_and_a_source(app):
    rows = db.session.scalars(sa.select(Guidance)).all()
    with_steps = set(db.session.scalars(sa.select(GuidanceStep.guidance_id)))
    assert len(rows) == 7
    assert {row.id for row in rows} == with_steps
    assert all(row.source_ja and row.source_en and row.source_on for row in rows)


@pytest.mark.both
def test_only_consent_to_treatment_is_what_a_care_manager_cannot_do(app):
    placed = queries.placements(TODAY)
    assert [code for code, row in placed.items() if row.work_class_code == "C4"] == ["MC01"]
    assert queries.help_for("MC01", TODAY).guidance.cannot_ja


@pytest.mark.both
def test_every_list_of_answers_holds_its_codes_in_order(app):
    for name, expected in CODES.items():
        assert (name, list(queries.codes(name)[name])) == (name, expected.split())


@pytest.mark.both
def test_no_list_of_answers_is_empty(app):
    assert all(queries.codes(*CodeList).values())


@pytest.mark.both
def test_everything_has_a_name_in_both_languages(app):
    rows = [*queries.act_types(TODAY), *queries.families(), *db.session.scalars(sa.select(Code))]
    assert [row for row in rows if not (row.name_ja and row.name_en)] == []


@pytest.mark.both
def test_loading_again_changes_nothing(app):
    kinds = (ActType, ClassPlacement, Code, Guidance, GuidanceStep)
    count = [sa.select(sa.func.count()).select_from(kind) for kind in kinds]
    before = [db.session.scalar(statement) for statement in count]
    service.load()
    assert [db.session.scalar(statement) for statement in count] == before


# --- dated ---


@pytest.mark.both
def test_a_placement_counts_from_its_day_on(app):
    later = date(2027, 4, 1)
    db.session.add(
        ClassPlacement(
            act_type_code="MV01",
            valid_from=later,
            work_class_code="C3",
            basis=PlacementBasis.NAMED,
            source="告示",
        )
    )
    db.session.commit()
    classes = [
        queries.help_for("MV01", day).placement.work_class_code
        for day in (date(2027, 3, 31), later)
    ]
    assert classes == [None, "C3"]
    assert queries.placements(date(2027, 3, 31))["MV01"].work_class_code is None
    assert queries.placements(later)["MV01"].work_class_code == "C3"


@pytest.mark.both
def test_nothing_is_in_force_before_its_first_day(app):
    assert len(queries.act_types(FIRST_DAY)) == 51
    assert queries.act_types(date(2024, 12, 1)) == []


@pytest.fixture
def retired(aoi):
    """A type that was retired yesterday, and a case filed with it before."""
    act_type = factories.make_act_type("HK98")
    case = factories.make_case(by=aoi, act_type="HK98")
    act_type.valid_until = date(2026, 11, 23)
    db.session.commit()
    return case


@pytest.mark.both
def test_a_retired_type_is_not_offered(retired):
    assert "HK98" not in {act.code for act in queries.act_types(TODAY)}
    with pytest.raises(InvalidInputError):
        queries.require_known({}, "HK98", TODAY)


def test_a_retired_type_is_offered_on_no_form(retired, sign_in, aoi):
    assert "HK98" not in sign_in(aoi).get("/cases/new").text


def test_an_old_case_still_shows_its_retired_type(retired, sign_in, aoi, mori):
    for person in (aoi, mori):
        browser = sign_in(person)
        assert "name HK98" in browser.get(f"/cases/{retired.id}?lang=en").text
        assert "name HK98" in browser.get("/cases/?lang=en").text


def test_the_centre_can_still_sort_a_case_of_a_retired_type(aoi, sato, sign_in, clock):
    act_type = factories.make_act_type("HK98")
    case = factories.make_case(by=aoi, act_type="HK98")
    clock.move(days=2)
    act_type.valid_until = date(2026, 11, 25)
    db.session.commit()
    assert sign_in(sato).get(f"/triage/{case.id}").status_code == 200


def test_a_case_of_a_retired_type_leads_to_no_dead_link(retired, sign_in, aoi):
    browser = sign_in(aoi)
    links = parsed(browser.get(f"/cases/{retired.id}").text).iter("a")
    inside = [a.get("href") for a in links if (a.get("href") or "").startswith("/act-types/")]
    assert [url for url in inside if browser.get(url).status_code != 200] == []


# --- pages ---


def test_the_list_shows_every_type_with_its_class(sign_in, aoi):
    rows = parsed(sign_in(aoi).get("/act-types/").text).find(".//tbody")
    text = ["".join(row.itertext()) for row in rows]
    assert len(text) == 51
    assert sum("定まっていない" in row for row in text) == 24
    assert sum("国の資料あり" in row for row in text) == 12


def test_a_page_says_how_a_type_came_into_its_class(sign_in, aoi):
    html = sign_in(aoi).get("/act-types/PT01").text
    assert "厚生労働省の位置づけなし" in html


def test_everybody_signed_in_may_read_the_guidance(sign_in, iin, ken, kansa):
    for person in (iin, ken, kansa):
        assert sign_in(person).get("/act-types/HK03").status_code == 200
