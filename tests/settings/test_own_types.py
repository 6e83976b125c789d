"""A town's own words for an act type, and types it hides, where a case is filed."""

from datetime import timedelta

import pytest

from tests import factories, links
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.settings.notes import queries
from tracker.taxonomy import queries as taxonomy

HELP = "店まで行けない方の、食料と日用品の買い物だけを数えます。"


def offered(viewer):
    """The types offered, by code."""
    today = the_clock.today()
    found = queries.types_offered(viewer, taxonomy.act_types(today), today=today)
    return {one.code: one for one in found}


@pytest.mark.both
def test_the_towns_name_and_example_stand_before_ours(kato, mori):
    links.write_note(mori, own_name=links.OWN_NAME, own_example="例の言葉")
    one = offered(kato)["HK03"]
    assert (one.name_ja, one.name_en, one.example_ja) == (
        links.OWN_NAME,
        links.OWN_NAME,
        "例の言葉",
    )
    assert offered(kato)["HK02"].name_ja == taxonomy.get_act_type("HK02").name_ja


def test_the_other_town_keeps_its_words(ono, mori):
    links.write_note(mori, own_name=links.OWN_NAME)
    assert offered(ono)["HK03"].name_ja != links.OWN_NAME


def test_a_hidden_type_is_offered_again_when_an_older_version_holds(kato, mori):
    links.write_note(mori)
    links.write_note(mori, is_hidden=True)
    assert "HK03" not in offered(kato)
    links.write_note(mori)
    assert "HK03" in offered(kato)


def test_a_type_is_hidden_from_its_day_on(kato, mori, clock):
    later = the_clock.today() + timedelta(days=3)
    links.write_note(mori, is_hidden=True, valid_from=later)
    assert "HK03" in offered(kato)
    clock.move(days=3)
    assert "HK03" not in offered(kato)


def test_an_office_that_serves_two_towns_is_offered_what_one_of_them_hides(aoi, mori):
    links.write_note(mori, is_hidden=True)
    assert "HK03" in offered(aoi)


def test_kato_reads_the_towns_words_and_no_hidden_type(sign_in, kato, mori):
    links.write_note(mori, own_name=links.OWN_NAME, own_help=HELP)
    links.write_note(mori, "HK02", is_hidden=True)
    browser = sign_in(kato)
    page = browser.get("/cases/new").text
    assert links.OWN_NAME in page
    assert 'value="HK02"' not in page
    (area,) = kato.area_ids(Role.AGENCY)
    fields = {"act_type": "HK03", "area_id": area}
    assert HELP in browser.send("/cases/new/beside", fields).text


def test_a_case_of_a_type_hidden_later_keeps_it_when_it_is_changed(sign_in, kato, mori):
    case = factories.make_case(by=kato, act_type="HK03")
    links.write_note(mori, is_hidden=True)
    page = sign_in(kato).get(f"/cases/{case.id}/edit").text
    assert 'value="HK03"' in page


def test_hiding_is_said_in_the_history(sign_in, mori):
    links.write_note(mori)
    links.write_note(mori, is_hidden=True)
    found = queries.versions(mori, 98201, "HK03", today=the_clock.today())
    assert [str(change.label) for change in found[0].changes] == [str(queries.HIDDEN)]
    page = sign_in(mori).get("/settings/types/HK03?lang=en").text
    assert "This type is not offered." in page
