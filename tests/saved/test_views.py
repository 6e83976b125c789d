"""Saved views: a name for an address, for oneself or for colleagues, with the reader's rights."""

import pytest

from tests import factories, views
from tests.client import parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError
from tracker.saved import queries, service
from tracker.saved.models import NAME_LENGTH, QUERY_LENGTH, SavedPage
from tracker.saved.service import ViewDraft

NAME = "緊急の事例"


def names(person):
    """The views this person finds, in the order they are shown."""
    return [view.name for view in queries.views(person, SavedPage.MATRIX)]


def test_mori_saves_what_she_sees_and_opens_it_again(aoi, mori, sign_in):
    factories.make_case(by=aoi, urgency="E1")
    factories.make_case(by=aoi)
    browser = sign_in(mori)
    link = next(
        a.get("href")
        for a in parsed(browser.get("/matrix/?urgency=E1&lang=en").text).iter("a")
        if a.text == "Save this view"
    )
    answer = browser.post_form(link, {"name": NAME})
    assert answer.status_code == 303
    page = parsed(browser.get("/matrix/").text)
    opened = next(a.get("href") for a in page.iter("a") if a.text == NAME)
    assert "urgency=E1" in opened
    assert browser.get(opened).status_code == 200


@pytest.mark.both
def test_colleagues_find_what_is_shared_and_strangers_nothing(mori, hara, sato, tani, aoi):
    views.save_view(mori, "課の表")
    views.save_view(mori, "自分の表", shared=False)
    assert names(mori) == ["自分の表", "課の表"]
    assert names(hara) == ["課の表"]
    assert [names(person) for person in (sato, tani, aoi)] == [[], [], []]


def test_ones_own_views_come_before_those_of_colleagues(mori, hara):
    views.save_view(hara, "あ")
    views.save_view(mori, "ん")
    assert names(mori) == ["ん", "あ"]


def test_a_shared_view_is_opened_with_the_readers_own_rights(aoi, sato, mori, sign_in):
    """Sato shares an address; a colleague of the same centre reads the figures of its area."""
    factories.make_case(by=aoi)
    colleague = factories.make_person("midori", min(sato.organisation_ids()), Role.CENTRE)
    view = views.save_view(sato, query="months=12")
    text = sign_in(colleague).get(f"/matrix/?{view.query}&lang=en").text
    assert view.name in text
    assert "Nobody filed such a case" not in text


def test_only_who_saved_a_view_changes_or_deletes_it(mori, hara, sign_in):
    view = views.save_view(mori)
    browser = sign_in(hara)
    assert browser.get(f"/saved/{view.id}/edit").status_code == 403
    assert browser.send(f"/saved/{view.id}/delete").status_code == 403
    assert names(mori) == [NAME]


@pytest.mark.parametrize("login", ["tani", "aoi", "iin"])
def test_a_stranger_cannot_learn_that_a_view_exists(mori, sign_in, request, login):
    view = views.save_view(mori)
    browser = sign_in(request.getfixturevalue(login))
    assert browser.get(f"/saved/{view.id}/edit").status_code == 404
    assert browser.send(f"/saved/{view.id}/delete").status_code == 404


def test_a_view_gets_another_name_and_is_no_longer_shared(mori, hara, sign_in):
    view = views.save_view(mori)
    browser = sign_in(mori)
    answer = browser.post_form(f"/saved/{view.id}/edit", {"name": "月例の表", "is_shared": None})
    assert answer.status_code == 303
    assert (names(mori), names(hara)) == (["月例の表"], [])


def test_a_view_changed_meanwhile_is_a_conflict_and_keeps_what_was_typed(mori, sign_in):
    view = views.save_view(mori)
    service.change_view(view, ViewDraft("別の名前", True), by=mori, at=the_clock.now())
    db.session.commit()
    answer = sign_in(mori).send(f"/saved/{view.id}/edit", {"name": "月例の表", "version": "1"})
    assert answer.status_code == 409
    assert "月例の表" in answer.text
    assert names(mori) == ["別の名前"]


def test_a_deleted_view_is_gone_for_colleagues_too(mori, hara, sign_in):
    view = views.save_view(mori)
    assert sign_in(mori).send(f"/saved/{view.id}/delete").status_code == 303
    assert (names(mori), names(hara)) == ([], [])


@pytest.mark.parametrize("name", ["", "   ", NAME, "あ" * (NAME_LENGTH + 1)])
def test_a_name_that_is_blank_taken_or_too_long_is_refused_on_the_page(mori, sign_in, name):
    views.save_view(mori)
    answer = sign_in(mori).post_form("/saved/new?page=matrix&query=gap%3DG1", {"name": name})
    assert answer.status_code == 422
    assert_sound(answer.text, "/saved/new", "ja")
    assert names(mori) == [NAME]


def test_a_colleague_may_use_the_same_name(mori, hara):
    views.save_view(mori)
    views.save_view(hara)
    assert names(mori) == [NAME, NAME]


def test_a_form_sent_twice_saves_once(mori, sign_in):
    browser = sign_in(mori)
    page = parsed(browser.get("/saved/new?page=matrix&query=gap%3DG1").text)
    fields = {i.get("name"): i.get("value") for i in page.iter("input") if i.get("name")}
    sent = {**fields, "name": NAME, "query": "gap=G1", "page": "matrix"}
    for _time in range(2):
        assert browser.send("/saved/new", sent).status_code == 303
    assert names(mori) == [NAME]


def test_a_name_of_a_person_is_asked_about(mori, sign_in):
    answer = sign_in(mori).post_form("/saved/new", {"name": "山田太郎さんの事例"})
    assert answer.status_code == 422
    assert names(mori) == []


def test_where_one_was_on_a_list_and_the_language_are_no_part_of_a_view():
    assert (
        service.clean_query("gap=G1&after=7&before=3&lang=en&show=median") == "gap=G1&show=median"
    )


def test_what_is_written_oddly_is_written_plainly():
    assert service.clean_query('gap=<b>&"=1') == "gap=%3Cb%3E&%22=1"


@pytest.mark.parametrize("query", ["a=" + "x" * QUERY_LENGTH, "&".join(["a=1"] * 60)])
def test_an_address_that_is_too_long_is_not_kept(mori, query, app):
    with app.test_request_context(), pytest.raises(InvalidInputError):
        views.save_view(mori, query=query)


def test_no_more_views_than_can_be_looked_through(mori, app, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    for number in range(2):
        views.save_view(mori, f"表 {number}")
    with app.test_request_context(), pytest.raises(InvalidInputError):
        views.save_view(mori, "もう一つ")


@pytest.mark.parametrize("login", ["iin", "kanri"])
def test_who_may_not_open_the_page_saves_no_view_of_it(request, sign_in, login):
    person = request.getfixturevalue(login)
    assert sign_in(person).get("/saved/new?page=matrix").status_code == 403
    with pytest.raises(NotAllowedError):
        views.save_view(person)


def test_a_page_nobody_can_save_is_not_found(mori, sign_in):
    assert sign_in(mori).get("/saved/new?page=secrets").status_code == 404
