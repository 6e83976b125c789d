"""Requests no browser of ours would send: real forms and addresses of each role, broken by dice."""

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.client import Client, form_fields, parsed
from tests.house import crawl
from tests.house.crawl import Page
from tracker.accounts.viewer import Viewer
from tracker.core.forms import TrackerForm

ODD: list[str] = [
    *("", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\x7f", "\x1b[31m", "\r\n\r\n", "\ufffe"),
    *("\u202egnp.exe\u2066", "\ufeff\u200b\u2028", "e\u0301" * 300, "葛\U000e0100", "\ue000\uf8ff"),
    *("👩‍👩‍👧‍👦", "🇯🇵", "\U000f0000", "㍻㈱①", "ｶﾞｷﾞｸﾞ", "髙﨑", "𠮷野家", "ーｰ‐－−"),
    *("0000-00-00", "9999-12-31", "0001-01-01", "2026-13-45", "2026-02-30", "99999-01", "-0001-1"),
    *(
        "令和99年13月",
        "令和0年",
        "令和元年",
        "昭和64年1月8日",
        "R99.99.99",
        "明治1年",
        "2026年11月",
    ),
    *("NaN", "Infinity", "-1", "0", "-0", "1e999", "1e400", "9" * 30, "9" * 5_000, "９９９"),
    *("²", "٣", "0x10", "1.5", "1_000", "+1", "2147483648", "-9223372036854775809"),
    *("true", "null", "[]", "{}", "on", "y", "%00%ff", "%", "%s%n", "%(name)s", "{0.__class__}"),
    *("../../etc/passwd", "' or 1=1 --", '" * MATCH', "{{7*7}}", "{% raw %}", "<script>", "]]>"),
    *("=1+1", "A,B,,,", "2026-11", "1,2,3,-4,x", "1-2", "https://[", "//[::1", "mailto:", "a@"),
    *("09:99", "24:00", "9:00-", "月9:00-25:00", "月火水", "MO9-5", "5:5", "90" * 40),
]
# Looked at for personal details sign by sign: one a request, in one request of ten.
DEEP = '{"a":' * 10_000
HUGE = ["x" * 70_000, "名" * 9_000, "(" * 10_000, DEEP, "9" * 60_000, "@" * 20_000, " " * 50_000]
ODD_KEYS = [0, 2**31, 2**63, 2**63 - 1, 10**18, 10**40]
# What addresses are asked with; the other names are read off the forms.
ASKED = ["q", "page", "after", "before", "sort", "lang", "town", "area", "kind", "status", "from"]
ASKED += ["until", "fiscal_year", "rows", "period", "when", "pays", "category", "gap", "view"]
ASKED += ["part", "next", "danger", "month", "year", "open_now", "lately", "stale", "ended"]
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "HEAD", "get", "X" * 300)
KINDS = ["application/json", "text/xml", "multipart/form-data", "multipart/form-data; boundary="]
KINDS += [
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/json; charset=x",
    "",
    ";",
]
BODIES = [b"", b"{", b"[NaN, 1e999]", b'{"a":' * 10_000, b"[" * 10_000, b"\xff\xfe\0{", b"\0" * 99]
BODIES += [b"a=%ff&b=%u1234&=&&;", b"--x\r\n\r\n", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
BODIES += [
    b"a=1&" * 2_000,
    b'"\\ud800"',
    b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--",
]
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
TOO_MUCH = [  # more text than is taken, just less, more parts than are taken
    ("application/x-www-form-urlencoded", b"summary=" + b"x" * 1_100_000),
    ("application/x-www-form-urlencoded", b"summary=" + b"1" * 1_000_000),
    ("multipart/form-data; boundary=x", PART * 400 + b"--x--"),
    ("multipart/form-data; boundary=x", PART.replace(b"1", b"x" * 1_100_000) + b"--x--"),
]
HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ["ja;q=nan", "*", ",;,", "x" * 5_000, "ja-JP-\xff"],
    "HTTP_ACCEPT_ENCODING": ["gzip;q=x", "br;q=-1", ",,", "gzip, gzip;q=0"],
    "HTTP_ACCEPT": ["application/json", "*/*;q=1e999", "text/html;level="],
    "HTTP_ORIGIN": ["null", "http://[", "://", "http://localhost:99999999", "\xff"],
    "HTTP_REFERER": ["http://[", "http://localhost/\0", "http://localhost:x/", "\xe3", "x" * 9_000],
    "HTTP_SEC_FETCH_SITE": ["same-site", "", "\xff", "none"],
    "HTTP_RANGE": ["bytes=-1", "bytes=9-1", "bytes=0-0,1-1," * 99, "lines=1"],
    "HTTP_IF_NONE_MATCH": ['"', "W/", "*", '"a", ' * 999],
    "HTTP_IF_MODIFIED_SINCE": ["Mon, 99 Foo 0000", "9" * 99, "令和99年"],
    "HTTP_HOST": ["localhost:x", "[::1", "a b", "localhost\0", "LOCALHOST.", ""],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4, ::1, x", ",", "\xff"],
    "HTTP_X_FORWARDED_HOST": ["elsewhere.example", "["],
    "HTTP_X_FORWARDED_PROTO": ["javascript", ""],
    "HTTP_AUTHORIZATION": ["Basic !!!", "Basic /w==", "Bearer", "Digest a=", "\xff"],
    "HTTP_USER_AGENT": ["", "\0", "x" * 9_000, "\xff\xfe", "Mozilla/\x1b"],
    "HTTP_X_CSRFTOKEN": ["", ".", "a.b.c", "\xff"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_CONTENT_ENCODING": ["gzip", "deflate, br"],
    "HTTP_TRANSFER_ENCODING": ["chunked", "x"],
    "HTTP_EXPECT": ["100-continue", "x"],
    "REMOTE_ADDR": ["", "::1", "unix:", "999.1.1.1", "fe80::1%eth0"],
    "CONTENT_LENGTH": ["-1", "x", "", "٣", "99999999999", "1e3"],
    "QUERY_STRING": ["&&==;", "%", "a=%ff%00", "lang=ja&lang=en&lang", "x=" + "%F0" * 999, "\xff"],
}
TAILS = ["\0", "%00", "..;/", "../../etc/passwd", "\xff\xfe", "//", "\\", "a" * 9_000, ";x=1", "?"]
TAILS += [
    " ",
    "\r\nX: y",
    ".json",
    "~",
    "'",
    "<b>",
    "-1",
    "\xe2\x82",
    "1e3",
    "0x1",
    "+1",
    "\xd9\xa3",
]
COOKIES = ["session=", "session=.", "session=a.b.c", "session=\xff", "=", ";" * 500, "session"]
COOKIES += ["kakehashi-language=xx\0", "kakehashi-language=" + "j" * 5_000, "a=b; " * 900]
NAMES = ["", "a", "a.xlsx", "a.csv", "a.docx", "../../a.csv", "a\0.csv", "名.xlsx", "x" * 5_000]
NAMES += ["a.csv\r\nX: y", '"', "con.csv", "a.CSV", ".csv", "a.xlsx.exe", "\u202evsc.a"]
FILES = [b"", b"\0", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\xff\xfe", b"\xef\xbb\xbf", b"a\n"]
FILES += [
    b"a,b\n1,2",
    b'"' * 9_999,
    b"," * 9_999,
    b"\x81" * 99,
    b"%PDF-1.7",
    b"<html>",
    b"=1+1,a\n",
]
FILES += ["事業所番号,名称\n１,\ue000\n".encode(), "氏名,数\n髙,\n".encode("cp932", "replace")]

# Signed out or shut out, the browser would try nothing afterwards; that is looked at elsewhere.
ENDS_SESSIONS = {"accounts.sign_out", "accounts.end_other_sessions", "accounts.end_session"}
ENDS_SESSIONS |= {"changing.suspend", "changing.merge", "accounts.change_password"}
SLOWEST_SECONDS = 5  # of this process alone: others may be busy beside it


@dataclass
class Fuzzer:
    """Signed-in browsers of each role, and what they can open and send."""

    app: Flask
    people: Mapping[str, Viewer]
    sign_in: Callable[[Viewer], Client]
    examples: Mapping[str, object]
    dice: random.Random
    broken: list[str] = field(default_factory=list)  # what was answered with an error of ours
    answered: dict[int, int] = field(default_factory=dict)  # how often which status

    def __post_init__(self) -> None:
        self._browsers = {login: self.sign_in(person) for login, person in self.people.items()}
        self._names = sorted(_field_names())
        self._opened = _opened(self.app, self.examples)
        self._posts = [
            page
            for page in crawl.posts(self.app, dict(self.examples))
            if page.endpoint not in ENDS_SESSIONS
        ]
        self._forms = list(self._forms_of_pages())
        self._doors = [form for form in self._forms if form[3]]

    def run(self, requests: int) -> None:
        """So many requests are made, and `broken` names those we have no answer to."""
        ways = (self._form, self._query, self._blindly, self._body, self._envelope, self._upload)
        for way in self.dice.choices(ways, (40, 20, 15, 10, 10, 5), k=requests):
            way()

    def _forms_of_pages(self) -> Iterator[tuple[str, str, dict[str, Any], str | None]]:
        """Who opened it, where it is sent, what it holds, its field for a file: each form once."""
        seen = set()
        ends = _addresses_of(self.app, ENDS_SESSIONS)
        for page in self._opened:
            login = self._who(page)
            if not page.is_whole or crawl.MISSING in page.rows.values():
                continue
            text = self._browsers[login].get(page.url).text
            for form in parsed(text).iter("form") if "<form" in text else ():
                to = form.get("action") or page.url
                shape = re.sub(r"[0-9]+", "0", to.partition("?")[0])
                if form.get("method", "").lower() != "post" or shape in ends | seen:
                    continue
                seen.add(shape)
                files = [f.get("name") for f in form.iter("input") if f.get("type") == "file"]
                yield login, to, form_fields(form), files[0] if files else None

    def _who(self, page: Page) -> str:
        """Somebody who may open it."""
        may = [
            login
            for login, person in self.people.items()
            if page.permission is None or person.may(page.permission)
        ]
        return self.dice.choice(may or list(self.people))

    def _form(self) -> None:
        """A form as it was shown, with a few fields changed, added, left out or doubled."""
        login, url, held, _file = self.dice.choice(self._forms)
        fields: dict[str, Any] = {name: _sent(value) for name, value in held.items()}
        for name in self.dice.sample(sorted(fields), min(len(fields), self.dice.randint(1, 3))):
            if name == "csrf_token" and self.dice.random() < 0.9:
                continue
            fields[name] = self.dice.choice([self._odd(), self._odd(), [self._odd(), self._odd()]])
            if self.dice.random() < 0.1:
                del fields[name]
        fields |= {name: self._odd() for name in self.dice.sample(self._names, 2)}
        self._send(login, url, data=fields)

    def _query(self) -> None:
        """A page asked with parameters that are none; one in three with keys that cannot be."""
        page = self.dice.choice(self._opened)
        asked = self.dice.sample(ASKED, 3) + self.dice.sample(self._names, 3)
        query = {name: self._odd()[:2_000] for name in asked}
        url = self._url(page).partition("?")[0]
        self._send(self._who(page), url, method="GET", query_string=query)

    def _blindly(self) -> None:
        """Something is sent without having looked at the form."""
        page = self.dice.choice(self._posts)
        fields = {name: self._odd() for name in self.dice.sample(self._names, 25)}
        login = self._who(page)
        token = self._browsers[login].csrf_token
        self._send(login, self._url(page), data={**fields, "csrf_token": token})

    def _body(self) -> None:
        """What no form sends: JSON, a broken form of several parts, another kind than is said."""
        page = self.dice.choice(self._posts)
        login = self._who(page)
        headers = {"X-CSRFToken": self._browsers[login].csrf_token}
        kind, body = self.dice.choice(KINDS), self.dice.choice(BODIES)
        if self.dice.random() < 0.1:
            kind, body = self.dice.choice(TOO_MUCH)
        self._send(login, self._url(page), data=body, content_type=kind, headers=headers)

    def _envelope(self) -> None:
        """Methods, headers, cookies and paths that are none."""
        page = self.dice.choice([*self._opened, *self._posts])
        login, path = self._who(page), self._url(page).partition("?")[0]
        over: dict[str, Any] = {"REQUEST_METHOD": self.dice.choice(("GET", "POST", *METHODS))}
        for name in self.dice.sample(sorted(HEADERS), 3):
            over[name] = self.dice.choice(HEADERS[name])
        if self.dice.random() < 0.4:
            cut = self.dice.randrange(len(path))
            over["PATH_INFO"] = path[:cut] + self.dice.choice(TAILS) + path[cut:]
        headers = {}
        if self.dice.random() < 0.3:
            headers["Cookie"] = self.dice.choice([*COOKIES, self._bent_cookie(login)])
        self._send(login, path, method="GET", environ_overrides=over, headers=headers)

    def _bent_cookie(self, login: str) -> str:
        cookie = self._browsers[login].get_cookie("session")
        value = cookie.value if cookie else "x"
        at = self.dice.randrange(len(value))
        return f"session={value[:at]}{self.dice.choice('Aa.-_=!')}{value[at + 1 :]}"

    def _upload(self) -> None:
        """A file that is none, under a name that is none, where files are taken and elsewhere."""
        login, url, held, name = self.dice.choice([*self._doors, *self._doors, *self._forms])
        file = BytesIO(self.dice.choice(FILES)), self.dice.choice(NAMES).encode().decode("latin-1")
        fields = {key: _sent(value) for key, value in held.items() if key != name}
        self._send(login, url, data={**fields, name or self.dice.choice(self._names): file})

    def _odd(self) -> bytes:
        share = self.dice.random()
        return _sent(self.dice.choice(HUGE if share < 0.01 else ODD))

    def _url(self, page: Page) -> str:
        """The page's address; one in three with keys that cannot be, papers always (slow)."""
        if not page.rows or (self.dice.random() > 0.33 and not _is_slow(page)):
            return page.url
        rows = {
            name: self.dice.choice(ODD_KEYS) if isinstance(key, int) else key
            for name, key in page.rows.items()
        }
        with self.app.test_request_context():
            return self.app.url_for(page.endpoint, **rows)

    def _send(self, login: str, url: str, *, method: str = "POST", **sent: Any) -> None:
        browser = self._browsers[login]
        if sent.get("headers", {}).get("Cookie"):
            browser = self.app.test_client(use_cookies=False)
        began = time.process_time()
        try:
            answer = browser.open(url, method=method, **sent)
        except Exception as error:  # not even a page about our mistake could be made
            self.broken.append(f"{error!r:.200}: {login} {method} {url} {_clipped(sent)}")
            return
        took = time.process_time() - began
        self.answered[answer.status_code] = self.answered.get(answer.status_code, 0) + 1
        if fault := _fault(answer, took):
            self.broken.append(f"{fault}: {login} {method} {url} {_clipped(sent)}")
        if (answer.location or "").startswith("/sign-in"):
            self._browsers[login] = self.sign_in(self.people[login])


def _fault(answer: TestResponse, took: float) -> str | None:
    if answer.status_code >= 500:
        return str(answer.status_code)
    if answer.status_code >= 400 and b"Traceback (most" in answer.data:
        return "tells how it is made"
    return f"took {took:.1f} s" if took > SLOWEST_SECONDS else None


def _field_names() -> set[str]:
    """Of every form there is."""
    kinds, names = [TrackerForm], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        names |= {name for name in dir(kind) if hasattr(getattr(kind, name), "field_class")}
    return names - {"csrf_token"}


def _opened(app: Flask, examples: Mapping[str, object]) -> list[Page]:
    """Every address that can be opened, with rows that need not exist where none is given."""
    made_up = {name: crawl.MISSING for rule in crawl.rules(app, "GET") for name in rule.arguments}
    found = crawl.pages(app, {**made_up, **crawl.MADE_UP, **examples})
    return [page for page in found if page.rows or not _is_slow(page)]


def _is_slow(page: Page) -> bool:
    return crawl.DOWNLOADS.get(page.endpoint) in {crawl.PDF, crawl.WORD}


def _addresses_of(app: Flask, endpoints: set[str]) -> set[str]:
    """As they look with every digit a nought."""
    rules = (rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in endpoints)
    return {re.sub(r"<[^>]+>", "0", rule) for rule in rules}


def _sent(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _clipped(sent: Mapping[str, Any]) -> str:
    """What was sent, short enough to be read, long enough to be sent again."""
    return re.sub(r"(.{1,6}?)\1{30,}", r"\1…", repr(sent)[:90_000])[:1_500]
