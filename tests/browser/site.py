"""The application as people meet it: a live server, a mail server, and who sits before it."""

import queue
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests import databases
from tests.client import form_fields, parsed
from tests.databases import Database, Stock
from tests.servers import LiveServer
from tracker import demo
from tracker.core import clock, traces
from tracker.core.db import db
from tracker.jobs import worker

DESK, PHONE, NARROW = (1366, 768), (375, 800), (320, 640)


class MailServer(Controller):
    """A real SMTP server on a free port; keeps what arrives."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        super().__init__(self, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        """The protocol, without asking the network what this machine is called."""
        return SMTP(self.handler, hostname="localhost", enable_SMTPUTF8=True)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """The mail has arrived."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        return "250 OK"

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, self.port), 5) as first:
            first.recv(1024)


class Site:
    """The product on a free port with a database of its own; its clock stands still."""

    def __init__(self, stock: Stock, folder: Path) -> None:
        self._database = Database("sqlite", stock)
        self._patch = pytest.MonkeyPatch()
        self.mail = MailServer()
        self._folder = folder
        self.app: Flask

    def __enter__(self) -> Self:
        self._patch.setattr(clock, "now", lambda: databases.NOW.astimezone(clock.UTC))
        self._patch.setattr(traces.writer, "_waiting", queue.SimpleQueue())
        self.app = databases.build_app(self._database.filled(), self._folder)
        with self.app.app_context():
            databases.compile_once(db.engine)
        self.mail.start()
        self._server = LiveServer(self.app).__enter__()
        self.app.config.update(
            NOTICE_DELAY_MINUTES=0,
            MAIL_HOST="127.0.0.1",
            MAIL_PORT=self.mail.port,
            BASE_URL=self.url,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.__exit__(kind, error, trace)
        self.mail.stop()
        databases.let_go(self.app)
        self._patch.undo()

    @property
    def url(self) -> str:
        """The address without a path."""
        return self._server.url

    def work(self) -> None:
        """The worker takes one look, beside the server as in real life."""
        round_ = threading.Thread(target=worker.round_of_work, args=(self.app, clock.now()))
        round_.start()
        round_.join(20)


@dataclass
class Screen:
    """One person's browser window, and what went wrong in it."""

    context: BrowserContext
    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Console errors, broken policies, failed scripts and foreign addresses are troubles."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        refused_form = "status of 422" in message.text
        if message.type in {"error", "warning"} and not refused_form:
            self.troubles.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url)
        if host.scheme not in {"data", "blob"} and not request.url.startswith(f"{self.url}/"):
            self.troubles.append(f"asked another host: {request.url}")

    def open(self, path: str) -> Page:
        """The page at this address of ours."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self.page

    def sign_in(self, login: str) -> None:
        """Whoever sits here has typed name and password."""
        self.open("/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", demo.PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"{self.url}/")

    def come_in(self, login: str) -> None:
        """Whoever sits here has signed in before: by the form of the page, which is not drawn."""
        asked, address = self.context.request, f"{self.url}/sign-in"
        (form,) = (
            f for f in parsed(asked.get(address).text()).iter("form") if _asks_for(f, "login")
        )
        typed = {**form_fields(form), "login": login, "password": demo.PASSWORD}
        answer = asked.post(address, form=typed, max_redirects=0)
        assert answer.status == 303, f"{login} is not let in: {answer.status}"

    def resize(self, size: tuple[int, int]) -> None:
        """The window is as wide and high as this."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        wide: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide


def _asks_for(form: Element, name: str) -> bool:
    return any(field.get("name") == name for field in form.iter("input"))
