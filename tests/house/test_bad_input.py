"""Bad input at every door: files that are none, ways back to elsewhere, what was stolen or used."""

import gc
import itertools
import re
import time
from io import BytesIO
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from wtforms.fields import FileField

from tests.client import form_fields, parsed
from tests.core.test_web import FOREIGN
from tests.databases import contents
from tests.formats import test_tables_hostile as hostile
from tests.formats import word_files
from tests.formats import workbooks as w
from tests.formats.workbooks import book, sheet
from tests.house import crawl
from tracker.core.db import db
from tracker.core.forms import TrackerForm

CITY = 98201
BY_HAND = 400_000  # bytes; of the larger ones those below are tried here
SLOWEST_SECONDS = 2  # of this process alone
SHEET = "xl/worksheets/sheet1.xml"
JAPANESE = re.compile("[ぁ-ん].*。")
ERROR = {"field-error"}
# Who sends files where, with what the page asks for beside the file.
DOORS = {
    "/cases/import": ("aoi", {}),
    "/settings/word-templates/": ("mori", {"kind": "agenda", "note": "市章を入れた。"}),
    f"/settings/setup/{CITY}/offices": ("mori", {}),
}
STOLEN = ["/", "/cases/", "/cases/new", "/settings/", "/account/"]
NEXT = ("next", "back", "return", "return_to", "redirect", "redirect_uri", "url", "to", "continue")


def hostile_files():
    """Every file that is no harmless table, and Word files that are not what they seem, by name."""
    for name, (data, filename, _sentence) in hostile.TEXT_FILES.items():
        yield name, data, filename
    for name, (make, filename, _sentence) in hostile.PACKAGES.items():
        yield name, make(), filename
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>'
    )
    yield "word with an entity", word_files.with_part(word_files.MAIN, entity), "a.docx"
    yield "word with a macro", word_files.with_part("word/vbaProject.bin", b"x"), "a.docx"
    yield "word with a file inside", word_files.with_part("word/embeddings/a.bin", b"x"), "a.docx"
    yield "word without its text", word_files.with_part(word_files.MAIN, b""), "a.docx"
    yield "name upwards in the form", b"a,b\n1,2", "../../etc/passwd"


def test_every_form_with_a_file_is_tried_here(app):
    with_file = {
        kind.__module__
        for kind in _forms(TrackerForm)
        if any(
            getattr(vars(kind).get(name), "field_class", None)
            and issubclass(vars(kind)[name].field_class, FileField)
            for name in vars(kind)
        )
    }
    assert len(with_file) == len(DOORS), f"add the door to DOORS: {with_file}"


def _forms(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _forms(one)


def large_files():
    """Files that are large, or would be once they were opened, by name."""
    yield "two million short rows", b"a,b\n" + b"1,2\n" * 2_000_000, "a.csv"
    yield "ten gigabytes said", w.with_size(book(), SHEET, 0xFFFFFFF0), "a.xlsx"
    yield "100,000 parts", w.directory(100_000, said=0xFFFF), "a.xlsx"
    million = sheet(before='<dimension ref="A1:BDWGN9"/>')
    yield "a million columns said", book(more={SHEET: million}), "a.xlsx"
    yield "120 MB of blanks", hostile.PACKAGES["bomb"][0](), "a.xlsx"
    yield "11 MB", b"a" * 11_000_000, "a.docx"


def _refusals(door, browser, beside, files):
    """What is said beside the field for the file, by the name of the file; too slow ones, too."""
    forms = parsed(browser.get(door).text).iter("form")
    form = next(form for form in forms if any(f.get("type") == "file" for f in form.iter()))
    fields = {name: value for name, value in form_fields(form).items() if name != "file"}
    for name, data, filename in files:
        began = time.process_time()
        answer = browser.post(door, data={**fields, **beside, "file": (BytesIO(data), filename)})
        took = time.process_time() - began
        assert took < SLOWEST_SECONDS, f"{door} takes {took:.1f} s to refuse {name}"
        assert answer.status_code in {400, 413, 422}, (door, name, answer.status_code)
        assert "/etc/passwd" not in answer.text, (door, name)
        yield name, " ".join("".join(e.itertext()).strip() for e in _told(answer))


def _told(answer):
    """The sentences of a refusal: beside the fields, or of the page that refuses the request."""
    page = parsed(answer.text)
    beside = [e for e in page.iter() if ERROR & set((e.get("class") or "").split())]
    return beside or list(page.iter("main"))


# The test's own browser leaves the larger files open until they are collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("door", DOORS)
def test_no_hostile_file_gets_through_a_door_or_breaks_it(door, request, sign_in):
    """Each is refused soon, in Japanese, and nothing is stored of it."""
    login, beside = DOORS[door]
    browser = sign_in(request.getfixturevalue(login))
    before = _counts()
    small = (one for one in hostile_files() if len(one[1]) <= BY_HAND)
    for name, said in _refusals(door, browser, beside, itertools.chain(small, large_files())):
        assert JAPANESE.search(said), f"{door} says of {name}: {said!r}"
    assert _counts() == before
    gc.collect()  # here, and not in a test that comes later


def _counts():
    """How many rows each table has, but for what is noted of every request."""
    tables = {name: len(rows) for name, rows in contents().items()}
    return {name: n for name, n in tables.items() if name not in {"access_traces", "sessions"}}


def test_no_form_leads_elsewhere_whatever_it_is_told_to_come_back_to(app, sign_in, mori):
    browser, led = sign_in(mori), []
    for number, page in enumerate(crawl.posts(app)):
        told = dict.fromkeys(NEXT, FOREIGN[number % len(FOREIGN)])
        answer = browser.send(f"{page.url.partition('?')[0]}?{urlencode(told)}", told)
        if "elsewhere" in (answer.location or "") and not answer.location.startswith("/"):
            led.append((page.url, answer.location))
        assert answer.status_code < 500, page.url
    assert not led, f"pass what to come back to through web.local_path: {led}"


@pytest.mark.parametrize("target", FOREIGN)
def test_showing_who_one_is_leads_nowhere_else(sign_in, mori, target):
    answer = sign_in(mori).get("/sign-in", query_string={"next": target})
    assert answer.status_code == 303
    assert answer.location == "/"


def test_a_cookie_that_was_copied_opens_nothing_once_its_person_has_signed_out(app, sign_in, mori):
    browser, thief = sign_in(mori), app.test_client()
    with browser.session_transaction() as cookie:
        copied = dict(cookie)
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert thief.get("/settings/").status_code == 200
    assert browser.send("/sign-out").status_code == 303
    for url in STOLEN:
        answer = thief.get(url)
        assert answer.status_code == 303, url
        assert answer.location.startswith("/sign-in"), url
    assert thief.send("/settings/emergency-links/begin").location.startswith("/sign-in")
    assert db.session.scalar(sa.text("select count(*) from emergency_links")) == 0


@pytest.mark.parametrize("host", ["a b", "[::1", "", "localhost:x"])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_a_host_that_is_none_is_refused_in_words_to_who_is_signed_in(sign_in, mori, host, method):
    asked = {"HTTP_HOST": host, "REQUEST_METHOD": method}
    assert sign_in(mori).get("/settings/", environ_overrides=asked).status_code in {303, 400, 405}


def test_a_number_of_line_breaks_is_refused_beside_its_box(sign_in, mori):
    url = "/settings/values/rule"
    answer = sign_in(mori).post_form(url, {"rule_months": "\r\n\r\n"})
    assert answer.status_code == 422
    assert "field-error" in answer.text
