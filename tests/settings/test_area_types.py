"""What the areas of a town are is a code, or its own word; it heads them on pages and papers."""

import importlib
from io import BytesIO

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from tests import factories, links
from tests.client import form_fields, parsed
from tests.meetings import full_sheet
from tracker.exchange import sheets
from tracker.issues.evidence import LISTS
from tracker.settings.changed import last_changes
from tracker.settings.values import queries
from tracker.settings.values.models import AreaType, Key
from tracker.taxonomy import queries as taxonomy

CITY = 98201


def word():
    """What stands over an area of the city today."""
    return queries.area_word(queries.words_of(CITY))


@pytest.mark.both
def test_an_area_is_a_daily_life_area_until_the_town_says_otherwise(app, mori):
    with force_locale("ja"):
        assert word() == "日常生活圏域"
        links.set_value(mori, Key.AREA_TYPE, AreaType.JUNIOR_HIGH.value)
        assert word() == "中学校区"
        links.set_value(mori, Key.AREA_KIND, "支所の区域")
        assert word() == "中学校区"  # its own word waits until it is asked for
        links.set_value(mori, Key.AREA_TYPE, AreaType.OTHER.value)
        assert word() == "支所の区域"
    with force_locale("en"):
        links.set_value(mori, Key.AREA_TYPE, AreaType.FORMER_TOWN.value)
        assert word() == "Former town or village"


def test_a_code_that_is_none_is_refused(sign_in, mori):
    answer = sign_in(mori).send("/settings/values/titles", {"area_type": "village"})
    assert answer.status_code == 422
    assert queries.words_of(CITY)[Key.AREA_TYPE] == AreaType.DAILY_LIFE


def test_the_form_of_a_case_and_its_paper_are_headed_by_it(sign_in, aoi, mori):
    links.set_value(mori, Key.AREA_TYPE, AreaType.JUNIOR_HIGH.value)
    case = factories.make_case(by=aoi)
    browser = sign_in(aoi)
    assert "中学校区" in browser.get("/cases/new?lang=ja").text
    paper = browser.get(f"/cases/{case.id}/sheet.pdf?lang=ja").data
    page = PdfReader(BytesIO(paper)).pages[0].extract_text()
    assert "中学校区" in page


def test_the_sheets_of_a_meeting_are_headed_by_it(app):
    with app.test_request_context("/?lang=ja"):
        codes = taxonomy.codes(*LISTS.values())
        made = str(sheets.blocks(full_sheet.SHEET, codes, area="中学校区"))
        ours = str(sheets.blocks(full_sheet.SHEET, codes))
    assert "中学校区" in made
    assert "中学校区" not in ours


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("中学校区", "junior_high"),
        ("日常生活圏域", "daily_life"),
        ("Junior high school area", "junior_high"),
        ("支所の区域", "other"),
        (None, None),
    ],
)
def test_a_word_from_before_there_were_codes_goes_on_holding(words, code):
    areas = importlib.import_module("tracker.migrations.versions.0024_areas")
    assert areas.code_of(words) == code


def test_the_guided_set_up_is_linked_for_whoever_may_walk_it(sign_in, mori, sato):
    link = f"/settings/setup/{CITY}"
    page = sign_in(mori).get("/settings/").text
    assert (link in page) == mori_may_invite(mori)
    assert link not in sign_in(sato).get("/settings/").text


def mori_may_invite(mori):
    """Only officers who may invite set a town up."""
    return any(standing.may_invite for standing in mori.standings)


def test_before_a_change_of_words_what_would_be_different_is_said(sign_in, mori):
    browser, address = sign_in(mori), "/settings/values/titles?lang=en"
    form = next(
        form
        for form in parsed(browser.get(address).text).iter("form")
        if any(field.get("name") == "area_type" for field in form.iter())
    )
    page = browser.post(
        address, data={**form_fields(form), "area_type": "primary", "try": "1"}
    ).text
    assert "1 value would be different" in page
    assert "Daily-life area → Primary school district" in page
    assert queries.words_of(CITY)[Key.AREA_TYPE] == AreaType.DAILY_LIFE


@pytest.mark.both
def test_the_page_of_all_says_who_changed_the_chain_and_the_words_beside_types(
    sign_in, mori, tani, sato
):
    assert last_changes(sato) == {}
    links.make_link(mori)
    links.write_note(mori)
    links.make_link(tani)
    found = last_changes(sato)
    assert {key: one.person for key, one in found.items()} == {
        (CITY, "emergency_links"): mori.name,
        (CITY, "type_notes"): mori.name,
    }
    assert sign_in(sato).get("/settings/").text.count(f"/ {mori.name}") == 2
