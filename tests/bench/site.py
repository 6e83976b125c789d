"""What is measured: the product and the floor on the same cases, and who asks."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pysqlite3.dbapi2 as driver

from tests.bench import floor
from tests.bench.wire import Connection, Question
from tests.client import form_fields, parsed
from tracker.demo import PASSWORD

ROOT = Path(__file__).parents[2]
COMES_UP_WITHIN = 60
TICKS = os.sysconf("SC_CLK_TCK")
FILERS = 8  # care managers who ask at the same time
MOST_ASKED_FOR = 200  # different cases that are opened
# Accounts of a town by role, one of each organisation, those with the most to do first.
BUSIEST = {
    "agency": """
        select min(p.login) from people p join memberships m on m.person_id = p.id
        join cases c on c.organisation_id = m.organisation_id
        where c.municipality_id = ? and m.role = 'agency' and p.login like 'agency-%'
        group by m.organisation_id order by count(distinct c.id) desc limit ?""",
    "centre": """
        select min(p.login) from people p join memberships m on m.person_id = p.id
        join organisation_areas a on a.organisation_id = m.organisation_id
        join cases c on c.area_id = a.area_id and c.status = 'submitted'
        where c.municipality_id = ? and m.role = 'centre'
        group by m.organisation_id order by count(distinct c.id) desc limit ?""",
    "officer": """
        select p.login from people p join memberships m on m.person_id = p.id
        join organisations o on o.id = m.organisation_id
        where o.municipality_id = ? and m.role = 'officer' order by p.id limit ?""",
}


class Program:
    """A program of ours on a port of its own."""

    def __init__(self, words: Sequence[str], log: Path, settings: dict[str, str]) -> None:
        with socket.socket() as asked:
            asked.bind(("127.0.0.1", 0))
            self.port: int = asked.getsockname()[1]
        filled = [word.format(port=self.port) for word in words]
        own = {name: value.format(port=self.port) for name, value in settings.items()}
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *filled], cwd=ROOT, env=plain(own), stdout=file, stderr=file
            )
        self._log = log

    def wait(self, path: str) -> None:
        """Return once the address answers."""
        ends = time.monotonic() + COMES_UP_WITHIN
        while True:
            try:
                with Connection(self.port) as connection:
                    if connection.status(Question(path)) < 500:
                        return
            except OSError:
                told = self._log.read_text("utf-8")[-2000:]
                if self._process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"it does not come up:\n{told}") from None
                time.sleep(0.1)

    def cpu(self) -> float:
        """Seconds of CPU it has used so far, all threads."""
        words = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / TICKS

    def memory(self) -> float:
        """MiB that it holds, shared ones divided among those who share them."""
        text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0

    def stop(self) -> None:
        """It has ended."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()


def plain(settings: dict[str, str]) -> dict[str, str]:
    """The environment without settings of the developer's, and these."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TRACKER_")}
    return {**kept, "TRACKER_DEMO": "1", **{f"TRACKER_{n}": text for n, text in settings.items()}}


@dataclass(frozen=True)
class Somebody:
    """A signed-in person: their session, and the CSRF token of its forms."""

    person_id: int
    cookie: str
    token: str


class Site:
    """The product and the floor, running."""

    def __init__(self, cases: int, towns: int, folder: Path | None = None) -> None:
        """Generate what is not there yet.

        :param folder: kept and used again; None: one on disk that is removed at the end
        """
        self._kept = folder is not None
        on_disk = "/var/tmp" if Path("/var/tmp").is_dir() else None  # noqa: S108
        self.folder = folder or Path(tempfile.mkdtemp(prefix="kkbench", dir=on_disk))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database = self.folder / "kakehashi.sqlite3"
        if not self.database.exists():
            self._command("init")
            asked = {"--cases": cases, "--municipalities": towns, "--seed": 1}
            self._command("generate", *(str(word) for pair in asked.items() for word in pair))
        floors = self.folder / "floor.sqlite3"
        if not floors.exists():
            floor.copy(floors, self.database)
        log = self.folder / "log"
        self.ours = Program(("tests.bench.program", str(self.folder)), log, {"PORT": "{port}"})
        self.floor = Program(("tests.bench.floor", str(floors), "{port}"), log, {})

    def _command(self, *words: str) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "tests.bench.program", str(self.folder), *words],
            cwd=ROOT,
            env=plain({}),
            check=False,
            stderr=subprocess.PIPE,
            text=True,
        )
        if run.returncode:
            raise RuntimeError(run.stderr[-2000:])

    def __enter__(self) -> Self:
        self.ours.wait("/healthz")
        self.floor.wait("/one/1")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.ours.stop()
        self.floor.stop()
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the product's database answers."""
        connection = driver.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return list(connection.execute(statement, values).fetchall())
        finally:
            connection.close()

    @cached_property
    def town(self) -> int:
        """The town with the most cases."""
        statement = "select municipality_id from cases group by 1 order by count(*) desc limit 1"
        return int(self.rows(statement)[0][0])

    @cached_property
    def cases(self) -> int:
        """How many there are."""
        return int(self.rows("select count(*) from cases")[0][0])

    @cached_property
    def filers(self) -> list[Somebody]:
        """Care managers of the offices of that town that file the most."""
        return [self._enter(login) for login in self._logins("agency", FILERS)]

    @cached_property
    def officer(self) -> Somebody:
        """An officer of that town."""
        return self._enter(self._logins("officer", 1)[0])

    @cached_property
    def centre(self) -> Somebody:
        """Somebody of the centre with the fullest inbox."""
        return self._enter(self._logins("centre", 1)[0])

    @cached_property
    def own_cases(self) -> list[tuple[int, Somebody]]:
        """Cases, each with a care manager of its office."""
        found = []
        for person in self.filers:
            statement = (
                "select c.id from cases c join memberships m"
                " on m.organisation_id = c.organisation_id where m.person_id = ? limit ?"
            )
            rows = self.rows(statement, person.person_id, MOST_ASKED_FOR // len(self.filers))
            found += [(row[0], person) for row in rows]
        return found

    def _logins(self, role: str, count: int) -> list[str]:
        """One account of each organisation of the town, those with the most to do first."""
        return [row[0] for row in self.rows(BUSIEST[role], self.town, count)]

    def _enter(self, login: str) -> Somebody:
        with Connection(self.ours.port) as connection:
            page = connection.ask(Question("/sign-in"))
            cookie = page.session
            typed = {"login": login, "password": PASSWORD, "csrf_token": token_of(page.body)}
            entered = connection.ask(Question("/sign-in", cookie, urlencode(typed)))
            if entered.status != 303:
                raise RuntimeError(f"{login} cannot sign in: {entered.status}")
            cookie = entered.session
            home = connection.ask(Question("/", cookie))
            cookie = home.session or cookie
        (row,) = self.rows("select id from people where login = ?", login)
        return Somebody(row[0], cookie, token_of(home.body))

    def filing_fields(self, person: Somebody) -> dict[str, str]:
        """What a browser sends of the filing page once everything needed is filled in."""
        with Connection(self.ours.port) as connection:
            page = connection.ask(Question("/cases/new", person.cookie))
        if page.status != 200:
            raise RuntimeError(f"the filing page answers {page.status}")
        forms = [form for form in parsed(page.body.decode()).iter("form") if _asks_a_need(form)]
        fields = form_fields(forms[0])
        for choice in forms[0].iter("input"):  # one answer to every question
            if choice.get("type") == "radio" and choice.get("value"):
                fields.setdefault(choice.get("name") or "", choice.get("value"))
        said = {"act_type": "HK03", "requester": "SELF", "outcome": "DONE_SELF", "gap": "G1"}
        return {**fields, **said, "danger": "", "times_handled": "2", "minutes_each": "40"}


def _asks_a_need(form: Element) -> bool:
    return any(field.get("name") == "summary" for field in form.iter("textarea"))


def token_of(page: bytes) -> str:
    """The CSRF token of a page's form."""
    found = re.search(rb'name="csrf_token"[^>]*? value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("a page without a CSRF token")
    return found[1].decode()
