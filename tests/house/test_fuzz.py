"""Two thousand requests with broken parameters: refused in words, never an error of ours."""

import random

from tests.house import crawl
from tracker.accounts.roles import Role
from tracker.core.forms import TrackerForm

REQUESTS = 2_000
SEED = 20261124
# One of each role.
FUZZERS = ("aoi", "sato", "yama", "mori", "iin", "ken", "kanri", "kansa")
ODD = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\u202egnp.exe\u2066",
    "\ufeff\u200b\u2028",
    "e\u0301" * 300,
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "2026-13-45",
    "99999-01",
    "令和99年13月",
    "令和0年",
    "昭和64年1月8日",
    "NaN",
    "Infinity",
    "-1",
    "0",
    "1e400",
    "9" * 30,
    "９９９",
    "²",
    "٣",
    "0x10",
    "-0",
    "1.5",
    "true",
    "null",
    "[]",
    "{}",
    "%00%ff",
    "%",
    "../../etc/passwd",
    "' or 1=1 --",
    "{{7*7}}",
    "<script>",
    "=1+1",
    "A,B,,,",
    "2026-11",
    "1,2,3,-4,x",
]
# Looked at for personal details sign by sign: one a request, in one request of ten.
HUGE = ["x" * 70_000, "名" * 9_000, "(" * 10_000, '{"a":' * 10_000]
# What addresses are asked with; names of fields are read off the forms themselves.
ASKED = ["q", "page", "after", "before", "sort", "lang", "town", "area", "kind", "status", "from"]
ASKED += ["until", "fiscal_year", "rows", "period", "when", "pays", "category", "gap", "view"]
ASKED += ["part", "next", "danger", "month", "year", "open_now", "lately", "stale", "ended"]
ODD_KEYS = [0, 2**31, 2**63, 2**63 - 1, 10**18, 10**40]


def test_no_broken_request_is_answered_with_an_error_of_ours(
    request, app, sign_in, aoi, sato, mori
):
    examples = crawl.fill_town(aoi, sato, mori)
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    names, opened = _field_names(), _opened(app, examples)
    pages = [*opened, *crawl.posts(app, examples)]
    browsers = [sign_in(request.getfixturevalue(login)) for login in FUZZERS]
    dice, broken = random.Random(SEED), []  # noqa: S311 - the same every time
    for number in range(REQUESTS):
        place = number % len(pages)
        url, browser = _url(app, pages[place], dice), dice.choice(browsers)
        reads = place < len(opened)
        chosen = dice.sample(ASKED, 4) + dice.sample(names, 4 if reads else 40)
        fields = {name: dice.choice(ODD) for name in chosen}
        if dice.random() < 0.1:
            fields[chosen[-1]] = dice.choice(HUGE)
        data = {k: v.encode("utf-8", "surrogatepass") for k, v in fields.items()}
        if reads:
            answer = browser.get(url.partition("?")[0], query_string=_short(data))
        else:
            answer = browser.post(url, data={**data, "csrf_token": browser.csrf_token})
        if answer.status_code >= 500:
            broken.append((answer.status_code, FUZZERS[browsers.index(browser)], url, fields))
    said = [(status, login, url, _clipped(fields)) for status, login, url, fields in broken]
    assert not said, f"{len(said)} of {REQUESTS}: {said[:20]}"


def _field_names():
    """Of every form there is, in order."""
    kinds, names = [TrackerForm], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        names |= {name for name in dir(kind) if hasattr(getattr(kind, name), "field_class")}
    return sorted(names - {"csrf_token"})


def _opened(app, examples):
    """Every address that can be opened, with rows that need not exist where none is given."""
    made_up = {name: crawl.MISSING for rule in crawl.rules(app, "GET") for name in rule.arguments}
    found = crawl.pages(app, {**made_up, **crawl.MADE_UP, **examples})
    return [page for page in found if page.rows or not _is_slow(page)]


def _is_slow(page):
    return crawl.DOWNLOADS.get(page.endpoint) in {crawl.PDF, crawl.WORD}


def _url(app, page, dice):
    """The page's address; one in three with keys that cannot be, papers always: they take long."""
    if not page.rows or (dice.random() > 0.33 and not _is_slow(page)):
        return page.url
    rows = {
        name: dice.choice(ODD_KEYS) if isinstance(key, int) else key
        for name, key in page.rows.items()
    }
    with app.test_request_context():
        return app.url_for(page.endpoint, **rows)


def _short(data):
    """An address is only so long."""
    return {name: value[:2_000] for name, value in data.items()}


def _clipped(fields):
    return {name: value[:20] for name, value in fields.items()}


def test_one_of_each_role_takes_part(request):
    roles = {
        standing.role for login in FUZZERS for standing in request.getfixturevalue(login).standings
    }
    assert roles == set(Role)
