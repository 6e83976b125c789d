"""Walls as strangers touch them: what is foreign looks as if it were not there, forms of others
change nothing, and a form binds no field but its own."""

import re

from tests.client import form_fields, parsed
from tests.databases import contents
from tests.house import crawl, walking
from tests.house.test_walk import is_foreign, may_read
from tests.house.walking import Planted
from tracker.core.db import db

# Of the other town, or of another office and another area of the same one.
OUTSIDERS = ("ono", "tani", "kato", "nishi")
OWNERS = ("aoi", "sato", "mori", "iin", "kansa")
# Whatever the address names, it is the person's own draft that goes.
OF_NO_ROW = {"intake.discard_edit_draft"}
ENDS = ("/suspend", "/merge", "/end")  # nobody could send anything afterwards
SMUGGLED = 990_099
NOTED = {"access_traces", "sessions", "exports"}  # of every request, of every file taken out
NAMES_A_ROW = re.compile(r"/[0-9]+(/|$)")
ACTION_NAMES_A_ROW = re.compile(r'action="[^"]*/[0-9]+["/?]')
FILLED = "確かめたことを書いた。"


def _rows():
    return {name: rows for name, rows in contents().items() if name not in NOTED}


def test_what_is_foreign_is_answered_like_what_is_missing(
    request, app, chain, aoi, sato, mori, sign_in, clock
):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    ground, told, asked = walking.plant(), [], 0
    people = {login: request.getfixturevalue(login) for login in OUTSIDERS}
    browsers = {login: sign_in(person) for login, person in people.items()}
    before = _rows()
    for method in ("GET", "POST"):
        everywhere, plain = walking.addresses(app, ground, examples, method), set()
        for login, person in people.items():
            known = _Missing(app, browsers[login], method, plain)
            for endpoint, url in _beyond(app, person, everywhere).items():
                asked += 1
                if not known.looks_like(endpoint, url):
                    told.append((login, method, url))
    assert not told, f"look for the row within visible_to, and before anything else: {told}"
    assert asked > 400, "few addresses were asked, so that this proves little"
    assert _rows() == before


class _Missing:
    """What one person is told of rows that are not there. Asked once of each address, by the first
    who may, and again where somebody is told something else.

    :param plain: endpoints that say of missing rows what the others say
    """

    def __init__(self, app, browser, method, plain):
        self._app, self._browser, self._method, self._plain = app, browser, method, plain
        self._sent = {"csrf_token": browser.csrf_token} if method == "POST" else None
        self._known = set()

    def looks_like(self, endpoint, url):
        """Is this address answered like the same one with rows that are not there?"""
        foreign = self._said(url)
        if foreign in self._known and endpoint in self._plain:
            return True
        missing = self._said(walking.missing(self._app, endpoint))
        if foreign == missing and missing[0] == 404:
            self._known.add(missing)
            self._plain.add(endpoint)
        return foreign[0] >= 400 and foreign == missing

    def _said(self, url):
        return walking.said(self._browser.open(url, method=self._method, data=self._sent))


def _beyond(app, person, everywhere):
    """Endpoint → an address all of whose rows lie beyond the person's wall."""
    return {
        endpoint: url
        for endpoint, url, places in everywhere
        if endpoint not in OF_NO_ROW
        and person.may(app.view_functions[endpoint].permission)
        and (is_foreign(person, places) or _is_anothers(person, places))
    }


def _is_anothers(person, places):
    cases = [place for place in places if place.case]
    return bool(cases) and not any(may_read(person, Planted("", "", place)) for place in cases)


def _forms(app, examples, person, browser):
    """Every form this person is shown that names a row in its address: address → as filled in."""
    found = {}
    public = {p.endpoint for p in crawl.pages(app, examples) if p.permission is None}
    for page in crawl.pages(app, examples):
        if not page.is_whole or page.endpoint in public or not person.may(page.permission):
            continue
        text = browser.get(page.url).text
        own = NAMES_A_ROW.search(page.url.partition("?")[0])
        if not own and not ACTION_NAMES_A_ROW.search(text):
            continue
        for form in parsed(text).iter("form"):
            to = (form.get("action") or page.url).partition("?")[0]
            if form.get("method", "").lower() == "post" and NAMES_A_ROW.search(to):
                found.setdefault(to, _filled(form))
    return found


def _filled(form):
    """The form as somebody would send it who fills in every box."""
    fields = form_fields(form)
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or fields.get(name) or name in {"q", "csrf_token"}:
            continue
        if kind in {"radio", "checkbox"}:
            fields[name] = field.get("value", "y")
        elif field.tag == "textarea" or (field.tag == "input" and kind == "text"):
            fields[name] = "3" if field.get("inputmode") == "numeric" else FILLED
        elif field.tag == "select":
            values = [option.get("value") for option in field.iter("option")]
            fields[name] = next(filter(None, values), "")
    return fields


def test_forms_take_their_own_fields_from_their_own_people_only(
    request, app, aoi, sato, mori, sign_in, clock
):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    browsers = {login: sign_in(request.getfixturevalue(login)) for login in (*OWNERS, *OUTSIDERS)}
    forms = {
        login: _forms(app, examples, request.getfixturevalue(login), browsers[login])
        for login in OWNERS
    }
    _assert_nothing_for_outsiders(browsers, forms)
    _assert_nothing_smuggled(browsers, forms)


def _assert_nothing_for_outsiders(browsers, forms):
    """Whatever an outsider sends of these, it is refused and no row is another."""
    every = {url: fields for shown in forms.values() for url, fields in shown.items()}
    assert len(every) > 60, "few forms were found, so that this proves little"
    before, taken = _rows(), []
    for login in ("ono", "tani"):
        for url, fields in every.items():
            token = {"csrf_token": browsers[login].csrf_token}
            answer = browsers[login].post(url, data={**fields, **token})
            if answer.status_code < 400:
                taken.append((login, url, answer.status_code))
    assert not taken, f"require(policy.can_…) and visible_to are missing: {taken}"
    assert _rows() == before


def _assert_nothing_smuggled(browsers, forms):
    """Sent with a field for every column there is, a form binds those that it shows."""
    columns = {column.name for table in db.metadata.tables.values() for column in table.columns}
    extra, taken, sent = dict.fromkeys(columns, str(SMUGGLED)), 0, set()
    for login, shown in forms.items():
        token = browsers[login].csrf_token
        for url, fields in shown.items():
            alike = re.sub("[0-9]+", "0", url), *sorted(re.sub("[0-9]+", "0", f) for f in fields)
            if url.endswith(ENDS) or alike in sent:
                continue
            sent.add(alike)
            answer = browsers[login].post(url, data={**extra, **fields, "csrf_token": token})
            taken += answer.status_code == 303
            if login == "mori":
                browsers[login].post(url, json=extra, headers={"X-CSRFToken": token})
    assert taken > 20, "few forms were taken, so that this proves little"
    bound = {
        (table, db.metadata.tables[table].columns.keys()[at])
        for table, rows in contents().items()
        for row in rows
        for at, value in enumerate(row)
        if str(SMUGGLED) in str(value)
    }
    assert not bound, f"these were written from a field the form does not show: {bound}"
