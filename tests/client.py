"""The test client: a browser of one person that notices what a request forgot to save."""

import contextvars
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

import sqlalchemy as sa
from flask import Flask, Response, has_app_context, request, request_finished
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.trees import parsed
from tracker.core.db import db

CSRF_SECRET = "the same in every session of the tests"


class Client(FlaskClient):
    """One browser. Each request has contexts of its own, as on a server, not the test's."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer; the test's own transaction ends first, so that it sees what changes."""
        if has_app_context():
            assert not _unsaved(db.session()), "The test has unsaved changes: commit them first."
            db.session.rollback()
        kwargs.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *args, **kwargs)

    def carry(self, token: str) -> None:
        """This browser holds the session with this token from now on."""
        with self.session_transaction() as cookie:
            cookie.update(_user_id=token, _fresh=True, csrf_token=CSRF_SECRET)

    @property
    def csrf_token(self) -> str:
        """A token that belongs to the session set up by `carry`."""
        serializer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        return str(serializer.dumps(CSRF_SECRET))

    def send(
        self, url: str, fields: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> TestResponse:
        """POST these fields with a valid token, without opening the form's page before."""
        return self.post(url, data={"csrf_token": self.csrf_token, **(fields or {})}, **kwargs)

    def post_form(
        self, url: str, fields: Mapping[str, Any] | None = None, *, to: str | None = None
    ) -> TestResponse:
        """Open the page, fill in its form, and send it as a browser would.

        :param fields: what is typed over what the form holds already; None leaves a field out
        :param to: the form's address, when the page has several that would fit
        """
        fields = fields or {}
        page = self.get(url)
        assert page.status_code == 200, f"{url} answered {page.status_code}, no form to fill in"
        form = _form(page.text, set(fields), to)
        values = {**form_fields(form), **fields}
        sent = {name: value for name, value in values.items() if value is not None}
        return self.post(form.get("action") or url, data=sent)


def _form(html: str, names: set[str], to: str | None) -> Element:
    forms = [form for form in parsed(html).iter("form") if form.get("method", "").lower() == "post"]
    for form in forms:
        known = {field.get("name") for field in form.iter() if field.get("name")}
        ours = form.get("action") == to if to else form.get("action") != "/sign-out"
        if ours and names <= known:
            return form
    raise AssertionError(f"no form on the page has the fields {sorted(names)}")


def form_fields(form: Element) -> dict[str, Any]:
    """What a browser would send of this form untouched, without its buttons."""
    values: dict[str, Any] = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or kind in {"submit", "button", "reset"} or field.tag == "button":
            continue
        if kind in {"radio", "checkbox"} and field.get("checked") is None:
            continue
        if field.tag == "input":
            values[name] = field.get("value", "on" if kind == "checkbox" else "")
        elif field.tag == "textarea":
            values[name] = (field.text or "").removeprefix("\n")
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            values[name] = chosen[0].get("value", "") if chosen else ""
    return values


def refuse_unsaved(app: Flask) -> None:
    """A request that succeeds and leaves changes behind fails its test."""
    request_finished.connect(_look, app)


def _look(_app: Flask, response: Response, **_extra: Any) -> None:
    if response.status_code < 400:
        forgotten = _unsaved(db.session())
        assert not forgotten, (
            f"{request.method} {request.path} answered {response.status_code} and left "
            f"{forgotten} unsaved: call db.session.commit() in the route, once, before the answer."
        )


def _unsaved(session: Session) -> str:
    """What a commit would still have to store; empty when nothing."""
    changed = [row for row in session.dirty if session.is_modified(row)]
    rows = [type(row).__name__ for row in (*session.new, *changed, *session.deleted)]
    if not rows and session.in_transaction() and _written(session) != session.info.get("at_begin"):
        rows = ["flushed rows"]
    return ", ".join(rows)


def _written(session: Session) -> object:
    """What tells that the transaction of this session has written something."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return connection.connection.dbapi_connection.total_changes  # type: ignore[union-attr]
    return connection.exec_driver_sql("select pg_current_xact_id_if_assigned()::text").scalar()


@sa.event.listens_for(db.session, "after_begin")
def _note_begin(session: Session, _transaction: Any, connection: sa.Connection) -> None:
    raw = connection.connection.dbapi_connection
    session.info["at_begin"] = getattr(raw, "total_changes", None)  # only SQLite counts
