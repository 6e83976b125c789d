"""What a town says beside an act type: versions, who is shown them, and who writes them."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories, links
from tests.client import form_fields, parsed
from tests.house.crawl import MISSING
from tests.house.strangers import nobody
from tests.house.test_pages import assert_sound
from tracker.accounts.models import Membership, Person
from tracker.accounts.roles import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.settings.models import TypeNote
from tracker.settings.notes import queries, service

CITY, TOWN = 98201, 98321
PAGE = "/settings/types/HK03"


@pytest.fixture
def east(sato):
    return min(sato.area_ids(Role.CENTRE))


@pytest.fixture
def kawase(ono):
    return min(ono.area_ids(Role.AGENCY))


@pytest.fixture
def today(clock):
    return clock.now().date()


@pytest.fixture
def shown(today):
    """The notice somebody is shown beside a type in an area; None for no note."""

    def read(viewer, area_id, code="HK03", days=0):
        note = queries.note_for(viewer, code, area_id, today=today + timedelta(days=days))
        return note and note.notice

    return read


def texts_of(number):
    """Notice, contacts and question of a version, as stored."""
    db.session.rollback()
    note = db.session.scalars(sa.select(TypeNote).where(TypeNote.number == number)).one()
    return note.notice, note.contacts, note.question


def last_entry():
    """The newest entry of the audit log."""
    return db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


# --- which version holds ---


@pytest.mark.both
def test_the_newest_version_that_has_begun_holds(aoi, mori, east, today, shown):
    assert shown(aoi, east) is None
    links.write_note(mori, notice="一")
    links.write_note(mori, notice="二", valid_from=today + timedelta(days=10))
    links.write_note(mori, notice="三")
    assert [shown(aoi, east, days=days) for days in (-1, 0, 9, 10)] == [None, "三", "三", "二"]


def test_a_note_holds_for_its_type_alone(aoi, mori, east, shown):
    links.write_note(mori, "HK02")
    assert shown(aoi, east) is None
    assert shown(aoi, east, "HK02") == links.NOTICE


def test_an_empty_version_ends_the_note(aoi, mori, east, today, shown):
    links.write_note(mori)
    links.write_note(mori, notice="", contacts="", question="")
    assert shown(aoi, east) is None
    assert queries.notes_in_force(mori, CITY, today=today) == {}


@pytest.mark.both
@pytest.mark.parametrize("login", ["aoi", "kato", "sato", "nishi", "mori", "hara", "yama"])
def test_people_of_the_town_are_shown_its_note(login, request, mori, east, shown):
    links.write_note(mori)
    assert shown(request.getfixturevalue(login), east) == links.NOTICE


@pytest.mark.parametrize("login", ["ono", "tani", "iin", "ken", "kanri", "kansa"])
def test_strangers_are_shown_nothing(login, request, mori, east, today, shown):
    stranger, note = request.getfixturevalue(login), links.write_note(mori)
    assert shown(stranger, east) is None
    assert queries.versions(stranger, CITY, "HK03", today=today) == []
    with pytest.raises(NotFoundError):
        queries.get_version(stranger, note.id)
    assert not queries.was_asked(stranger, "HK03", east, links.QUESTION)


def test_an_agency_is_shown_the_note_of_a_town_it_serves_across_the_border(
    aoi, kato, tani, kawase, shown
):
    links.write_note(tani)
    assert (shown(aoi, kawase), shown(kato, kawase)) == (links.NOTICE, None)
    assert shown(nobody(), kawase) is None


@pytest.mark.both
@pytest.mark.parametrize("many", [1, 5])
def test_a_note_costs_one_statement_however_many_versions(many, aoi, mori, east, shown, statements):
    for number in range(many):
        links.write_note(mori, notice=str(number))
    with statements() as seen:
        shown(aoi, east)
    assert len(seen) == 1, seen


# --- writing ---


@pytest.mark.both
def test_a_version_is_kept_and_never_changed(mori, today):
    links.write_note(mori)
    links.write_note(mori, notice="新しいお知らせ", change_note="予約が変わった。")
    assert texts_of(1) == (links.NOTICE, links.CONTACTS, links.QUESTION)
    newest, first = queries.versions(mori, CITY, "HK03", today=today)
    assert (newest.note.number, newest.person, newest.in_force) == (2, mori.name, True)
    assert [(c.was, c.now) for c in newest.changes] == [(links.NOTICE, "新しいお知らせ")]
    assert (len(first.changes), first.in_force, first.planned) == (3, False, False)


def test_a_version_for_a_day_to_come_is_planned_until_another_takes_its_day(mori, today):
    later = today + timedelta(days=5)
    for notice in ("一", "二"):
        links.write_note(mori, notice=notice, valid_from=later)
    found = queries.versions(mori, CITY, "HK03", today=today)
    assert [(one.planned, one.in_force) for one in found] == [(True, False), (False, False)]


def test_writing_stands_in_the_log_without_its_words(mori):
    links.write_note(mori, confirmed=["notice"])
    entry = last_entry()
    assert (entry.verb, entry.chain, entry.subject) == ("type_note.written", CITY, "type_notes")
    assert entry.facts["now"] == {
        "act_type_code": "HK03",
        "number": 1,
        "valid_from": "2026-11-24",
        "details_confirmed": ["notice"],
    }
    assert entry.facts["texts"].keys() == {"notice", "contacts", "question", "change_note"}
    assert links.NOTICE not in str(entry.facts)


@pytest.mark.parametrize("login", ["aoi", "sato", "yama", "tani", "kanri"])
def test_only_officers_of_the_town_write(login, request, today, clock):
    draft = service.NoteDraft(CITY, "HK03", today, "試す。", notice="一")
    with pytest.raises(NotAllowedError):
        service.write_note(draft, by=request.getfixturevalue(login), at=clock.now())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": -1}, "valid_from"),
        ({"change_note": ""}, "change_note"),
        ({"notice": "", "contacts": "", "question": ""}, "notice"),
    ],
)
def test_what_cannot_be_a_version_is_refused(changes, field, mori, today):
    if "valid_from" in changes:
        changes = {"valid_from": today + timedelta(days=changes["valid_from"])}
    with pytest.raises(InvalidInputError) as refused:
        links.write_note(mori, **changes)
    assert refused.value.field == field
    db.session.rollback()


def test_a_type_nobody_knows_has_no_note(mori):
    with pytest.raises(NotFoundError):
        links.write_note(mori, "XX99")


def test_whoever_has_not_read_the_newest_version_does_not_write(mori, today, clock):
    links.write_note(mori)
    draft = service.NoteDraft(CITY, "HK03", today, "試す。", notice="一")
    with pytest.raises(ConflictError):
        service.write_note(draft, by=mori, at=clock.now(), after=0)


# --- the pages ---


def typed(**changes):
    """What an officer types for a first version."""
    fields = {"notice": links.NOTICE, "contacts": links.CONTACTS, "question": links.QUESTION}
    fields |= {"valid_from": "令和8年11月24日", "change_note": "はじめて書く。", "version": "0"}
    return {**fields, "request_key": str(uuid.uuid4()), **changes}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", ["mori", "sato", "yama"])
def test_the_pages_are_sound_without_a_note_and_with_versions(login, lang, request, sign_in, mori):
    browser = sign_in(request.getfixturevalue(login))
    for _ in range(2):
        for url in ("/settings/", "/settings/types/", PAGE):
            assert_sound(browser.get(f"{url}?lang={lang}").text, url, lang)
        links.write_note(mori)
        links.write_note(mori, notice="", contacts="", question="")
        links.write_note(mori)


def test_the_list_names_every_type_and_marks_a_question(sign_in, sato, mori):
    links.write_note(mori)
    links.write_note(mori, "HK02", question="")
    page = parsed(sign_in(sato).get("/settings/types/?lang=en").text)
    rows = ["".join(row.itertext()) for row in page.iter("tr")][1:]
    assert len(rows) == 51
    assert [row for row in rows if "asked" in row] == [r for r in rows if links.QUESTION in r]
    assert sum(links.NOTICE in row for row in rows) == 2


def test_mori_writes_a_note(sign_in, mori, aoi, east, shown):
    browser = sign_in(mori)
    answer = browser.post_form(PAGE, typed(version="0"))
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert shown(aoi, east) == links.NOTICE
    page = browser.get(f"{PAGE}?lang=en").text
    assert "Version 1, from 24 November 2026" in page
    assert "はじめて書く。" in page
    assert mori.name in page


def test_a_form_sent_twice_writes_one_version(sign_in, mori):
    browser, fields = sign_in(mori), typed()
    assert [browser.send(PAGE, fields).status_code for _ in range(2)] == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count(TypeNote.id))) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"notice": "長" * 301}, "notice"),
        ({"contacts": "長" * 301}, "contacts"),
        ({"question": "長" * 121}, "question"),
        ({"change_note": ""}, "change_note"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_from": "令和8年11月23日"}, "valid_from"),
        ({"notice": "", "contacts": "", "question": ""}, "notice"),
        ({"notice": "長男 090-0000-1234 へ。"}, "notice"),
        ({"contacts": "123456789018"}, "contacts"),
    ],
)
def test_what_is_refused_is_named_and_kept(wrong, field, sign_in, mori):
    answer = sign_in(mori).send(f"{PAGE}?lang=ja", typed(**wrong))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert_sound(answer.text, PAGE, "ja")
    assert db.session.scalar(sa.select(TypeNote.id)) is None


def test_the_telephone_of_a_body_needs_no_vouching(sign_in, mori):
    assert sign_in(mori).send(PAGE, typed()).status_code == 303
    assert "details_confirmed" not in last_entry().facts["now"]


def test_looking_first_saves_nothing(sign_in, mori):
    answer = sign_in(mori).send(f"{PAGE}?lang=en", {**typed(change_note=""), "look": "1"})
    assert answer.status_code == 200
    aside = next(e for e in parsed(answer.text).iter("aside") if e.get("id") == "as-shown")
    said = "".join(aside.itertext())
    assert links.NOTICE in said
    assert "It is not saved." in said
    assert_sound(answer.text, PAGE, "en")
    assert db.session.scalar(sa.select(TypeNote.id)) is None


def test_a_version_written_meanwhile_is_shown_beside_ones_own(sign_in, mori, hara):
    fields, browser = typed(notice="森のお知らせ"), sign_in(mori)
    links.write_note(hara, notice="原のお知らせ")
    answer = browser.send(f"{PAGE}?lang=en", fields)
    assert answer.status_code == 409
    assert "原のお知らせ" in answer.text
    assert "森のお知らせ" in answer.text
    assert_sound(answer.text, PAGE, "en")
    forms = map(form_fields, parsed(answer.text).iter("form"))
    (again,) = [form for form in forms if "change_note" in form]
    assert browser.post(PAGE, data=again).status_code == 303
    assert texts_of(2)[0] == "森のお知らせ"


def again(browser, note, **changes):
    """Press the button that uses this version again."""
    action = f"/settings/types/versions/{note.id}/again"
    for form in parsed(browser.get(PAGE).text).iter("form"):
        if (form.get("action") or "").startswith(action):
            return browser.post(form.get("action"), data={**form_fields(form), **changes})
    return None


@pytest.mark.both
def test_an_older_version_is_used_again_as_a_new_one(sign_in, mori, aoi, east, shown):
    first = links.write_note(mori)
    links.write_note(mori, notice="まちがい", contacts="", question="")
    browser = sign_in(mori)
    assert again(browser, first).status_code == 303
    assert texts_of(3) == texts_of(1)
    assert shown(aoi, east) == links.NOTICE
    assert last_entry().verb == "type_note.written"


def test_the_version_in_force_has_no_button(sign_in, mori):
    assert again(sign_in(mori), links.write_note(mori)) is None


def test_nobody_goes_back_over_what_was_written_meanwhile(sign_in, mori):
    first = links.write_note(mori)
    links.write_note(mori, notice="二")
    assert again(sign_in(mori), first, version="1").status_code == 409
    assert db.session.scalar(sa.select(sa.func.max(TypeNote.number))) == 2


def test_strangers_cannot_use_a_version_again(sign_in, mori, tani, sato):
    note = links.write_note(mori)
    for person, key, code in ((tani, note.id, 404), (mori, MISSING, 404), (sato, note.id, 403)):
        answer = sign_in(person).send(f"/settings/types/versions/{key}/again")
        assert answer.status_code == code, person.name


@pytest.mark.parametrize(("login", "code"), [("sato", 403), ("yama", 403), ("aoi", 403)])
def test_others_do_not_write(login, code, request, sign_in, mori):
    browser = sign_in(request.getfixturevalue(login))
    assert browser.send(PAGE, typed()).status_code == code
    assert "change_note" not in browser.get(PAGE).text


def test_a_town_of_others_and_a_type_nobody_knows_are_404(sign_in, mori):
    browser = sign_in(mori)
    for url in (f"{PAGE}?town={TOWN}", f"/settings/types/?town={TOWN}", "/settings/types/XX99"):
        assert browser.get(url).status_code == 404, url
    assert browser.send(f"{PAGE}?town={TOWN}", typed()).status_code == 404


def test_an_officer_of_two_towns_chooses_the_town(sign_in, mori, tani, kawase, aoi, shown):
    there = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == tani.person_id)
    ).one()
    factories.join(db.session.get_one(Person, mori.person_id), there.organisation_id, Role.OFFICER)
    browser, url = sign_in(mori), f"{PAGE}?town={TOWN}"
    assert f'href="{url}"' in browser.get(PAGE).text
    answer = browser.post_form(url, typed())
    assert answer.location == url
    assert shown(aoi, kawase) == links.NOTICE
    assert db.session.scalars(sa.select(TypeNote.municipality_id)).all() == [TOWN]
