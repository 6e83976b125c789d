"""Reading the filing page and its panels as a browser does."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

import html5lib
import sqlalchemy as sa

from tests.client import form_fields, parsed
from tracker.cases.models import Case
from tracker.core.db import db

NEW = "/cases/new"


def form_of(html: str) -> dict[str, str]:
    """What the browser would send of the filing form as it stands."""
    forms = [f for f in parsed(html).iter("form") if "filing" in (f.get("class") or "")]
    return form_fields(forms[0])


def panel(browser, name: str, **typed: str):
    """What the page gets when it asks for this panel with these answers in the form."""
    return browser.send(f"{NEW}/{name}", {**form_of(browser.get(NEW).text), **typed})


def press(browser, typed: Mapping[str, str | None]):
    """Send the filing form with this typed into it; None leaves a field out."""
    sent = {**form_of(browser.get(NEW).text), **typed}
    return browser.send(NEW, {name: text for name, text in sent.items() if text is not None})


def part(html: str, key: str) -> list[tuple[str, ...]]:
    """What stands in the element with this id, to be compared."""
    (found,) = [element for element in parsed(html).iter() if element.get("id") == key]
    return _said(found)


def fragment(html: str) -> list[tuple[str, ...]]:
    """What a panel holds, to be compared with `part`."""
    return _said(html5lib.parseFragment(html, namespaceHTMLElements=False))


def _said(root: Element) -> list[tuple[str, ...]]:
    lines = []
    for element in list(root.iter())[1:]:
        attributes = [f"{name}={value}" for name, value in sorted(element.attrib.items())]
        text = " ".join(f"{element.text or ''} {element.tail or ''}".split())
        lines.append((str(element.tag), *attributes, text))
    return lines


def ids(html: str) -> set[str]:
    """Every id on the page."""
    return {key for element in parsed(html).iter() if (key := element.get("id"))}


def cases() -> list[Case]:
    """Every case there is, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Case).order_by(Case.id)))
