"""Walking every address of the application, with rows for the addresses that name one."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from tests import factories
from tracker.accounts.roles import Permission, Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Disposition

# Answers that are no page of their own: a panel put beside a form, and what machines ask.
FRAGMENTS = {"intake.beside"}
FOR_MACHINES = {"home.healthz", "home.readyz"}
# Addresses that are only asked with a query.
QUERIES = {"intake.beside": {"act_type": "HK03"}}
MISSING = 999_999


@dataclass(frozen=True)
class Page:
    """One address and who may open it; `permission` is None for public ones."""

    endpoint: str
    url: str
    permission: Permission | None

    @property
    def is_whole(self) -> bool:
        """Is it a page with a frame, and not a piece of one or JSON?"""
        return self.endpoint not in FRAGMENTS | FOR_MACHINES


def fill_town(aoi: Viewer, sato: Viewer, mori: Viewer) -> dict[str, object]:
    """Cases of Aoi in every state, a notice, an invitation; an example for each id in addresses."""
    for state in ("accepted", "returned", "withdrawn", "disposed", "closed", "contested"):
        case = factories.make_case(by=aoi)
        if state == "withdrawn":
            factories.withdraw(case, by=aoi)
            continue
        if state == "returned":
            factories.send_back(case, by=sato)
            continue
        factories.accept(case, by=sato)
        if state == "disposed":
            factories.sort(case, by=sato, disposition=Disposition.TO_ISSUE)
        if state in {"closed", "contested"}:
            factories.sort(case, by=sato, answer=factories.ANSWER)
        if state == "contested":
            factories.contest(case, by=aoi)
    agency = min(aoi.organisation_ids(Role.AGENCY))
    return {
        "case_id": factories.make_case(by=aoi).id,
        "organisation_id": agency,
        "person_id": aoi.person_id,
        "code": "HK03",
        "token": factories.invite(mori, agency, Role.AGENCY),
    }


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """Our own addresses that take this method."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and method in (rule.methods or ()):
            yield rule


def pages(app: Flask, examples: dict[str, object]) -> list[Page]:
    """Every address that can be opened, with existing rows."""
    found = []
    with app.test_request_context():
        for rule in rules(app, "GET"):
            unknown = rule.arguments - examples.keys()
            assert not unknown, f"{rule.rule}: give an example for {unknown} in crawl.fill_town"
            values = {name: examples[name] for name in rule.arguments}
            url = app.url_for(rule.endpoint, **values, **QUERIES.get(rule.endpoint, {}))
            view = app.view_functions[rule.endpoint]
            found.append(Page(rule.endpoint, url, getattr(view, "permission", None)))
    return found


def posts(app: Flask) -> list[Page]:
    """Every address that changes something, with rows that need not exist."""
    found = []
    with app.test_request_context():
        for rule in rules(app, "POST"):
            values = {n: "x" if n in {"token", "code"} else MISSING for n in rule.arguments}
            view = app.view_functions[rule.endpoint]
            url = app.url_for(rule.endpoint, **values)
            found.append(Page(rule.endpoint, url, getattr(view, "permission", None)))
    return found
