"""How often marked words were vouched for: by month, town and text, without a word of any."""

import pytest

from tests import links
from tests.client import parsed
from tests.factories import accept, case_draft, make_case
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.cases import filing
from tracker.cases.filing import Whence
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.forms import FreeTextField
from tracker.intake.answers.forms import TemplateForm
from tracker.intake.forms import CaseForm
from tracker.intake.sorting.forms import NoteForm as InsideForm
from tracker.issues.material.forms import OptionForm, VignetteForm
from tracker.privacy import labels, queries
from tracker.resources.forms import DetailFields, ResourceFields
from tracker.saved.forms import SaveForm
from tracker.settings.forms import LinkForm
from tracker.settings.notes.forms import NoteForm

PAGE = "/audit/warnings"
CITY = 98201


def vouch(by, *fields, summary="長女 090-1234-5678 に連絡。"):
    """A case whose filer vouched for these texts."""
    (office,) = by.organisation_ids(Role.AGENCY)
    case = filing.file_case(
        case_draft(min(by.area_ids(Role.AGENCY)), summary=summary),
        Whence(office),
        by=by,
        at=the_clock.now(),
        today=the_clock.today(),
        confirmed_details=fields,
    )
    db.session.commit()
    return case


def counted(viewer):
    """(month, town, subject, field, texts) of every line."""
    since = the_clock.today().replace(year=2025, day=1)
    return [
        (f"{one.month:%Y-%m}", one.town.id, one.subject, one.field, one.texts)
        for one in queries.vouched_texts(viewer, since=since)
    ]


@pytest.mark.both
def test_texts_are_counted_by_month_and_field_the_newest_first(aoi, kato, mori, kansa, clock):
    vouch(aoi, "summary", "wanted")
    clock.move(days=10)
    vouch(aoi, "summary")
    vouch(kato, "summary")
    links.write_note(mori, confirmed=["notice"])
    assert counted(kansa) == [
        ("2026-12", CITY, "cases", "summary", 2),
        ("2026-12", CITY, "type_notes", "notice", 1),
        ("2026-11", CITY, "cases", "summary", 1),
        ("2026-11", CITY, "cases", "wanted", 1),
    ]


@pytest.mark.both
def test_what_needed_no_vouching_is_not_counted(aoi, sato, kansa):
    accept(make_case(aoi), by=sato)
    assert counted(kansa) == []


def test_a_month_ends_at_midnight_in_japan(aoi, kansa, clock):
    clock.move(days=6, hours=14)
    assert the_clock.today().isoformat() == "2026-12-01"
    assert the_clock.now().isoformat() < "2026-12-01"
    vouch(aoi, "summary")
    assert [line[0] for line in counted(kansa)] == ["2026-12"]


@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "tani", "ken", "kanri"])
def test_nobody_else_counts(login, request, aoi, sign_in):
    vouch(aoi, "summary")
    person = request.getfixturevalue(login)
    assert counted(person) == []
    assert sign_in(person).get(PAGE).status_code == 403


def test_another_town_is_not_counted(ono, kansa):
    vouch(ono, "summary")
    assert counted(kansa) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_is_sound_and_shows_no_text(lang, aoi, kansa, sign_in):
    browser, url = sign_in(kansa), f"{PAGE}?lang={lang}"
    assert_sound(browser.get(url).text, url, lang)
    vouch(aoi, "summary", "extra_answer")
    page = browser.get(url).text
    assert_sound(page, url, lang)
    rows = list(parsed(page).iter("tr"))
    assert len(rows) == 3
    assert "長女" not in page
    assert "090-1234-5678" not in page


def test_what_is_older_than_a_year_is_not_on_the_page(aoi, kansa, sign_in, clock):
    vouch(aoi, "summary")
    clock.move(days=365)
    assert "Case: What happened" not in sign_in(kansa).get(f"{PAGE}?lang=en").text


def test_the_log_leads_there(kansa, sign_in):
    assert f'href="{PAGE}"' in sign_in(kansa).get("/audit/").text


def test_every_text_that_can_be_vouched_for_has_words():
    forms = {"emergency_links.": LinkForm, "type_notes.": NoteForm, "cases.": CaseForm}
    forms |= {"issues.vignette_": VignetteForm, "issues.option_": OptionForm}
    forms["resources."] = ResourceFields
    forms["answer_templates."] = TemplateForm
    forms["saved_views."] = SaveForm
    free = {
        f"{place}{name}"
        for place, form in [*forms.items(), ("cases.", InsideForm), ("resources.", DetailFields)]
        for name in dir(form)
        if getattr(getattr(form, name), "field_class", None) is FreeTextField
    }
    assert free == labels.TEXTS.keys()
