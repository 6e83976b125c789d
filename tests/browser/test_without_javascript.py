"""Everything can be done without JavaScript: it only makes things quicker."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_half_chain import SUMMARY, choose_type, fill_in, submit


@pytest.fixture
def page(screen):
    """The filing form at Aoi's desk, JavaScript off."""
    return screen("aoi", by_hand=True, java_script_enabled=False).open("/cases/new")


def test_aoi_files_a_case(page):
    choose_type(page, "HK03")
    page.fill("#summary", SUMMARY)
    fill_in(page)
    submit(page)
    expect(page).to_have_url(re.compile(r"/cases/\d+$"))
    expect(page.locator(".flash-success")).to_contain_text("R8-98201-")


def test_aoi_reads_the_guidance_by_a_button_and_keeps_what_she_typed(page):
    page.fill("#summary", SUMMARY)
    choose_type(page, "SF02")
    page.click(".no-script-only button[name=check]")
    expect(page.locator("#help")).to_contain_text("110番")
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    expect(page.locator("#act_type-SF02")).to_be_checked()


def test_a_refused_form_says_what_is_missing(page):
    submit(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".error-summary a[href='#minutes_each']")).to_be_visible()
