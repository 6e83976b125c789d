"""Announcements: who is told what, from when to when; writing, changing, taking back."""

from datetime import timedelta

import pytest

from tests import links
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError
from tracker.settings.announcements import queries, service
from tracker.settings.announcements.service import AnnouncementDraft

PAGE = "/settings/announcements/"


def told(viewer):
    """What stands on the viewer's first page today."""
    return [one.text for one in queries.shown_to(viewer, today=the_clock.today())]


@pytest.mark.both
def test_everybody_of_the_town_is_told_and_nobody_of_another(
    aoi, kato, sato, mori, yama, iin, ono, tani, ken, kanri
):
    links.announce(mori)
    for person in (aoi, kato, sato, mori, yama, iin):
        assert told(person) == [links.TOLD], person.name
    for person in (ono, tani, ken, kanri):
        assert told(person) == [], person.name


def test_an_announcement_for_a_role_is_told_to_that_role_alone(aoi, sato, mori):
    links.announce(mori, role=Role.AGENCY)
    assert (told(aoi), told(sato), told(mori)) == ([links.TOLD], [], [])


def test_an_announcement_for_an_area_is_told_there_alone(aoi, kato, sato, nishi, mori):
    (east,) = sato.area_ids(Role.CENTRE)
    links.announce(mori, area_id=east)
    assert [bool(told(who)) for who in (aoi, sato, kato, nishi)] == [True, True, False, False]


def test_it_is_shown_from_its_first_day_to_its_last(aoi, mori, clock):
    today = the_clock.today()
    links.announce(mori, starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=2))
    seen = []
    for _day in range(4):
        seen.append(bool(told(aoi)))
        clock.move(days=1)
    assert seen == [False, True, True, False]


def test_it_stands_on_the_first_page_in_both_languages(sign_in, aoi, mori):
    links.announce(mori)
    browser = sign_in(aoi)
    for lang in ("ja", "en"):
        page = browser.get(f"/?lang={lang}").text
        assert links.TOLD in page
        assert_sound(page, "/", lang)


@pytest.mark.parametrize("login", ["sato", "yama", "tani", "aoi"])
def test_only_officers_of_the_town_write_change_and_take_back(login, request, mori):
    other, row = request.getfixturevalue(login), links.announce(mori)
    today = the_clock.today()
    draft = AnnouncementDraft(row.municipality_id, "別の文", today, today)
    verbs = (
        lambda: service.write(draft, by=other, at=the_clock.now()),
        lambda: service.change(row, draft, by=other, at=the_clock.now()),
        lambda: service.withdraw(row, by=other, at=the_clock.now()),
        lambda: service.put_up_again(row, by=other, at=the_clock.now()),
    )
    for verb in verbs:
        with pytest.raises(NotAllowedError):
            verb()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"starts": 3, "ends": 2}, "ends_on"),
        ({"starts": -9, "ends": -2}, "ends_on"),
        ({"starts": 0, "ends": 400}, "ends_on"),
        ({"area_id": 10**9}, "area"),
        ({"role": Role.PRIVACY}, "role"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(changes, field, mori):
    today = the_clock.today()
    fields = {"text": "一", "starts": 0, "ends": 7, **changes}
    days = {name: today + timedelta(days=fields.pop(name)) for name in ("starts", "ends")}
    draft = AnnouncementDraft(
        min(mori.municipality_ids(Role.OFFICER)),
        starts_on=days["starts"],
        ends_on=days["ends"],
        **fields,
    )
    with pytest.raises(InvalidInputError) as refused:
        service.write(draft, by=mori, at=the_clock.now())
    assert refused.value.field == field
    db.session.rollback()


def typed(browser, url):
    """The form as it is open."""
    forms = parsed(browser.get(url).text).iter("form")
    return form_fields(
        next(f for f in forms if any(x.get("name") == "starts_on" for x in f.iter()))
    )


def test_mori_writes_one_and_sent_twice_it_stands_there_once(sign_in, aoi, mori):
    browser = sign_in(mori)
    fields = {**typed(browser, f"{PAGE}new"), "text": "窓口が変わります。"}
    assert [browser.post(f"{PAGE}new", data=fields).status_code for _ in "ab"] == [303, 303]
    assert told(aoi) == ["窓口が変わります。"]


def test_what_was_typed_stays_when_a_day_is_wrong(sign_in, mori):
    browser = sign_in(mori)
    fields = {**typed(browser, f"{PAGE}new"), "text": "窓口が変わります。", "ends_on": "2020-01-01"}
    answer = browser.post(f"{PAGE}new?lang=en", data=fields)
    assert answer.status_code == 422
    assert "窓口が変わります。" in answer.text


def test_of_two_officers_the_second_sees_both_texts(sign_in, mori, hara):
    row = links.announce(mori)
    url = f"{PAGE}{row.id}/edit"
    late, soon = sign_in(hara), sign_in(mori)
    fields = {**typed(late, url), "text": "後からの文"}
    assert soon.post(url, data={**typed(soon, url), "text": "先の文"}).status_code == 303
    answer = late.post(url, data=fields)
    assert answer.status_code == 409
    assert "先の文" in answer.text
    assert "後からの文" in answer.text


def test_taken_back_it_is_shown_to_nobody_until_it_is_put_up_again(sign_in, aoi, mori):
    row = links.announce(mori)
    browser = sign_in(mori)
    for step, shown in (("withdraw", []), ("put-up", [links.TOLD])):
        action = f"{PAGE}{row.id}/{step}"
        page = parsed(browser.get(PAGE).text)
        form = next(form for form in page.iter("form") if form.get("action") == action)
        assert browser.post(action, data=form_fields(form)).status_code == 303
        assert told(aoi) == shown


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_is_sound_empty_and_full_and_only_officers_get_buttons(sign_in, mori, sato, lang):
    browser, reader = sign_in(mori), sign_in(sato)
    assert_sound(browser.get(f"{PAGE}?lang={lang}").text, PAGE, lang)
    row = links.announce(mori)
    page = reader.get(f"{PAGE}?lang={lang}").text
    assert_sound(page, PAGE, lang)
    assert links.TOLD in page
    assert "/withdraw" not in page
    assert_sound(browser.get(f"{PAGE}{row.id}/edit?lang={lang}").text, "edit", lang)


def test_an_announcement_of_another_town_does_not_exist(sign_in, mori, tani):
    row = links.announce(mori)
    assert sign_in(tani).get(f"{PAGE}{row.id}/edit").status_code == 404
