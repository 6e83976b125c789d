"""Which pages are measured, who asks for them, and what they should reach."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.bench.site import Site, Somebody
from tests.bench.wire import Asking, Question

TYPED = (
    "近くの店が閉まり、米と水の買い物を頼まれて訪問の帰りに届けています。",
    "受診の日に付き添う家族がなく、半日かけて病院まで同行しました。",
    "通帳を預かってほしいと言われましたが、お断りして窓口を紹介しました。",
    "夜中に転んだと電話があり、ほかに呼べる人がおらず駆けつけました。",
    "入院の着替えを届ける人がおらず、週に二度病棟まで運んでいます。",
    "猫の世話をする人がいないため、入院の話が進みません。",
)


@dataclass(frozen=True)
class Goal:
    """What a page should reach; None: nothing is asked."""

    ratio: float | None = None  # of the floor's requests a second
    cpu: float | None = None  # milliseconds of CPU a request
    median: float | None = None  # milliseconds, one client
    p95: float | None = None  # milliseconds, eight clients
    html: int | None = None  # kB
    statements: int | None = None

    def __str__(self) -> str:
        """All of it in a line."""
        said = (
            (self.ratio, "≥ {:.2f} floor"),
            (self.cpu, "cpu ≤ {:g}"),
            (self.median, "p50 ≤ {:g}"),
            (self.p95, "p95 ≤ {:g}"),
            (self.html, "≤ {} kB"),
            (self.statements, "≤ {} stm"),
        )
        return ", ".join(words.format(value) for value, words in said if value is not None)


@dataclass(frozen=True)
class Page:
    """One kind of request."""

    name: str
    asking: Callable[[Site], Asking]
    wanted: int = 200
    floor: str | None = None  # what it is a share of
    goal: Goal = Goal()


def _same(question: Question) -> Asking:
    return lambda _number: question


def _list(site: Site) -> Asking:
    return _same(Question("/cases/?status=closed", site.officer.cookie))


def _own_case(site: Site) -> Asking:
    found = [Question(f"/cases/{key}", person.cookie) for key, person in site.own_cases]
    random.Random(1).shuffle(found)  # noqa: S311
    return lambda number: found[number % len(found)]


def _inbox(site: Site) -> Asking:
    return _same(Question("/triage/", site.centre.cookie))


def _matrix(site: Site) -> Asking:
    return _same(Question("/matrix/", site.officer.cookie))


def _search(site: Site) -> Asking:
    """Words that are common, in few cases and in none; one, two and more signs."""
    typed = ("通院", "い", "ぬ", "猟銃", "R8-0042", "ひとり暮らし 買い物", "入院の着替え")
    found = [Question(f"/search?{urlencode({'q': q})}", site.officer.cookie) for q in typed]
    return lambda number: found[number % len(found)]


def _filing_page(site: Site) -> Asking:
    return _same(Question("/cases/new", site.filers[0].cookie))


def _filed(site: Site) -> Asking:
    """Each time with a key of its own, as from a page opened anew, and other words."""
    forms = [_Form(site, person) for person in site.filers]
    return lambda number: forms[number % len(forms)].question(
        "/cases/new", request_key=str(uuid.uuid4()), summary=_words(number)
    )


def _panel(path: str) -> Callable[[Site], Asking]:
    def asking(site: Site) -> Asking:
        forms = [_Form(site, person) for person in site.filers]
        return lambda number: forms[number % len(forms)].question(path, summary=_words(number))

    return asking


def _words(number: int) -> str:
    one, other = TYPED[number % len(TYPED)], TYPED[number // len(TYPED) % len(TYPED)]
    return f"{one}{other}今月で{number % 30 + 1}回目です。"


class _Form:
    """The filing page of one person, filled in."""

    def __init__(self, site: Site, person: Somebody) -> None:
        self._fields = site.filing_fields(person)
        self._cookie = person.cookie

    def question(self, path: str, **typed: str) -> Question:
        return Question(path, self._cookie, urlencode({**self._fields, **typed}))


PANEL = Goal(median=50)
PAGES = (
    Page(
        "list of 50, filtered",
        _list,
        floor="list",
        goal=Goal(ratio=0.30, cpu=3, p95=40, html=40, statements=5),
    ),
    Page("one case", _own_case, floor="list", goal=Goal(ratio=0.30, statements=7)),
    Page("inbox", _inbox),
    Page("matrix of a town", _matrix, floor="grid", goal=Goal(ratio=0.40)),
    Page("search", _search, goal=Goal(p95=50)),
    Page("filing page", _filing_page),
    Page("filing a case", _filed, 303, floor="file", goal=Goal(ratio=0.20, p95=30)),
    Page("keystroke: types", _panel("/cases/new/check"), goal=PANEL),
    Page("keystroke: alike", _panel("/cases/new/alike"), goal=PANEL),
    Page("choice: beside", _panel("/cases/new/beside"), goal=PANEL),
)


def _floor_list(site: Site) -> Asking:
    return _same(Question(f"/list?town={site.town}&status=closed"))


def _floor_one(site: Site) -> Asking:
    return lambda number: Question(f"/one/{number * 7919 % site.cases + 1}")


def _floor_grid(site: Site) -> Asking:
    return _same(Question(f"/grid?town={site.town}"))


def _floor_filed(_site: Site) -> Asking:
    fields = {"town": "60201", "area_id": "1", "act_type": "HK03"}

    def question(number: int) -> Question:
        typed = {"request_key": str(uuid.uuid4()), "summary": _words(number)}
        return Question("/file", form=urlencode({**fields, **typed}))

    return question


FLOORS = {
    "list": Page("floor: list of 50", _floor_list),
    "one": Page("floor: one row", _floor_one),
    "grid": Page("floor: group by of a town", _floor_grid),
    "file": Page("floor: insert", _floor_filed, 303),
}


def chosen(names: list[str]) -> tuple[Page, ...]:
    """The pages whose name has one of these words in it; all, when none is given."""
    found = tuple(p for p in PAGES if not names or any(word in p.name for word in names))
    return found or PAGES
