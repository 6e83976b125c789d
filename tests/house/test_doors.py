"""Every address says who may open it, changes nothing when read, and refuses forms of others."""

import re

import pytest
import sqlalchemy as sa
from werkzeug.routing import IntegerConverter

from tests.databases import contents
from tests.house import crawl
from tracker.core import traces
from tracker.core.db import db

KEBAB = re.compile(r"(/([a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|<[^>]+>))*/?")
# Names in addresses that are words, not numbers: why nothing else can be meant.
WORDS_IN_ADDRESSES = {
    "accounts.accept_invitation": {"token"},  # 256 random bits
    "accounts.new_password": {"reset"},  # likewise
    "followup.by_link": {"answer_key"},  # 256 bits of a keyed hash
    "followup.thanks": {"answer_key"},
    "resources.confirm_by_link": {"link_key"},  # likewise
    "resources.answer_by_link": {"link_key"},
    "exchange.calendar_feed": {"feed_token"},  # 256 random bits
    "settings.edit_values": {"value_group"},  # one of `NumberGroup`, compared as a whole
    "settings.put_value_back": {"value_key"},  # one of `Key`, compared as a whole
    "settings.value_versions": {"value_key"},
    "settings.type_note": {"code"},  # four letters, `string(length=4)`
    "settings.write_type_note": {"code"},
    "taxonomy.show": {"code"},  # likewise
}
HALF_WAY = {"accounts.second", "accounts.second_new"}  # behind the password, before the code
TRACED = {  # what a GET may leave behind: table → columns that may change
    "exports": None,  # who took which paper along
    "export_cases": None,  # and which cases were in it
    "access_traces": None,
    "request_keys": None,  # how often somebody searched or took a file (`core.rates`)
    "sessions": "last_seen_at",
    "notices": "read_at",
}


def test_every_address_names_a_permission_or_says_why_it_needs_none(app):
    bare = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, "permission") and not hasattr(view, "public")
    ]
    assert not bare, f"write @allow(Permission.X) or @public('reason') on {bare}"


def test_no_address_is_both_public_and_guarded(app):
    both = [
        name
        for name, view in app.view_functions.items()
        if hasattr(view, "permission") and hasattr(view, "public")
    ]
    assert not both, f"choose @allow or @public for {both}"


@pytest.mark.own_app
def test_an_address_without_a_mark_is_refused(app, sign_in, aoi):
    app.add_url_rule("/unmarked", "unmarked", lambda: "open")
    answer = sign_in(aoi).get("/unmarked")
    assert (answer.status_code, answer.text == "open") == (500, False)


@pytest.mark.own_app
def test_in_production_an_address_without_a_mark_does_not_exist(app, sign_in, aoi):
    app.add_url_rule("/unmarked", "unmarked", lambda: "open")
    app.testing = False
    assert sign_in(aoi).get("/unmarked").status_code == 404


def test_ids_in_addresses_are_whole_numbers(app):
    loose = [
        f"{rule.rule}: {name}"
        for rule in app.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if rule.endpoint != "static"
        and not isinstance(converter, IntegerConverter)
        and name not in WORDS_IN_ADDRESSES.get(rule.endpoint, set())
    ]
    assert not loose, f"write <int:…>, or add the word to WORDS_IN_ADDRESSES: {loose}"


def test_addresses_are_kebab_case(app):
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not KEBAB.fullmatch(rule.rule)
    ]
    assert not odd, f"write small letters, digits and hyphens: {odd}"


@pytest.fixture
def pages(app, aoi, sato, mori):
    return crawl.pages(app, crawl.fill_town(aoi, sato, mori))


def _without_traces(rows):
    found = {}
    for table in db.metadata.sorted_tables:
        allowed = TRACED.get(table.name, ())
        if allowed is None:
            continue
        keep = [i for i, column in enumerate(table.columns) if column.name != allowed]
        found[table.name] = [tuple(row[i] for i in keep) for row in rows[table.name]]
    return found


@pytest.mark.both
def test_reading_every_page_changes_nothing_but_traces(
    app, pages, clock, sign_in, aoi, sato, mori, iin, kanri, kansa
):
    clock.move(minutes=20)
    browsers = [sign_in(person) for person in (aoi, sato, mori, iin, kanri, kansa)]
    db.session.rollback()
    before = contents()
    wrote = []

    def note(_conn, _cursor, statement, *_rest):
        if statement.lstrip().lower().startswith(("insert", "update", "delete")):
            wrote.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    for browser in browsers:
        for page in pages:
            browser.get(page.url)
            assert not wrote, f"GET {page.url} writes: hand it to core.traces, or make it a POST"
            browser.head(page.url)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    assert contents() == before
    traces.writer.flush()
    after = contents()
    assert len(after["access_traces"]) > len(before["access_traces"])
    assert _without_traces(after) == _without_traces(before)


@pytest.mark.own_app
def test_a_request_that_only_reads_cannot_write(app, sign_in, aoi):
    def writes():
        db.session.execute(sa.text("update people set name = 'x'"))
        return ""

    writes.public = "a mistake made on purpose"
    app.add_url_rule("/writes", "writes", writes)
    assert sign_in(aoi).get("/writes").status_code == 503


def test_every_form_without_a_token_is_refused(app, sign_in, aoi):
    browser = sign_in(aoi)
    before = contents()
    taken = [p.url for p in crawl.posts(app) if browser.post(p.url).status_code != 400]
    assert not taken, f"these take a form without csrf_token: {taken}"
    assert contents() == before


def test_every_form_with_a_made_up_token_is_refused(app, sign_in, aoi):
    browser = sign_in(aoi)
    forged = {"csrf_token": "made-up"}
    taken = [p.url for p in crawl.posts(app) if browser.post(p.url, data=forged).status_code != 400]
    assert not taken, f"these take a forged csrf_token: {taken}"


def test_every_form_with_the_token_of_another_browser_is_refused(app, client, sign_in, aoi):
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "another secret"
    borrowed = {"csrf_token": sign_in(aoi).csrf_token}
    taken = [
        p.url for p in crawl.posts(app) if client.post(p.url, data=borrowed).status_code != 400
    ]
    assert not taken, f"these take another browser's csrf_token: {taken}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_every_form_of_another_site_is_refused_even_with_a_token(app, sign_in, aoi, headers):
    browser = sign_in(aoi)
    taken = [
        page.url
        for page in crawl.posts(app)
        if browser.send(page.url, headers=headers).status_code != 400
    ]
    assert not taken, f"these take a form sent from elsewhere: {taken}"


def test_our_own_form_is_taken(sign_in, aoi):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert sign_in(aoi).send("/notices/read", headers=headers).status_code == 303


def test_a_stranger_is_asked_to_sign_in_wherever_a_permission_is_needed(app, client, pages):
    for page in pages:
        answer = client.get(page.url)
        if page.endpoint in crawl.NO_PROVIDER:
            assert answer.status_code == 404, page.url
        elif page.permission is None:
            assert answer.status_code == (303 if page.endpoint in HALF_WAY else 200), page.url
        else:
            assert answer.status_code == 303, page.url
            assert answer.location.startswith("/sign-in"), page.url
