"""The program itself: it comes up with its worker, and it ends without dropping anybody."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pysqlite3.dbapi2 as driver
import pytest

ROOT = Path(__file__).parents[2]
COMES_UP_WITHIN, ENDS_WITHIN = 60, 30  # seconds; the second is promised


def _free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def _until(condition, seconds=COMES_UP_WITHIN):
    """What the condition answers once it answers something."""
    ends = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < ends, f"not within {seconds} seconds"
        time.sleep(0.05)
    return found


class Program:
    """`python app.py` on a database and a port of its own."""

    def __init__(self, folder, database):
        self.database, self.port = database, _free_port()
        settings = {
            "DATABASE_URL": f"sqlite:///{database}",
            "PORT": str(self.port),
            "SECRET_KEY": "a secret of the tests",
            "AUDIT_KEY": "a seal of the tests",
            "AUDIT_HEADS_FILE": str(folder / "heads.txt"),
        }
        own = {f"TRACKER_{name}": value for name, value in settings.items()}
        plain = {n: v for n, v in os.environ.items() if not n.startswith("TRACKER_")}
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env={**plain, **own}, stdout=log, stderr=log
            )
        self.log = folder / "log"

    def connect(self):
        """A connection that is closed at the end of the block."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ENDS_WITHIN)
        return closing(connection)

    def status(self, path="/healthz"):
        """What this address answers; None while nobody does."""
        try:
            with self.connect() as connection:
                connection.request("GET", path)
                return connection.getresponse().status
        except OSError:
            assert self.process.poll() is None, self.log.read_text("utf-8")
            return None

    def children(self):
        """Process ids of the workers beside it."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(number) for task in tasks for number in task.read_text().split()}

    def worker(self):
        """The one worker that has begun its work."""
        started = self.log.read_text("utf-8").count("worker.started")
        return started and _until(self.children)


@pytest.fixture
def start(tmp_path):
    """Starts programs, and sees to it that none outlives the test."""
    started = []

    def begin(database):
        program = Program(tmp_path, database)
        started.append(program)
        _until(program.status)
        return program

    yield begin
    for program in started:
        left = program.children() if program.process.poll() is None else set()
        program.process.kill()
        program.process.wait()
        for number in left:
            os.kill(number, signal.SIGKILL)


def _is_alive(number):
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@contextmanager
def _locked(database):
    """Whoever wants to write to the database waits."""
    with closing(driver.connect(str(database), isolation_level=None, timeout=15)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def _form(program):
    """The sign-in form as it is sent, and the headers it goes with."""
    with program.connect() as connection:
        connection.request("GET", "/sign-in")
        page = connection.getresponse()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())[1]
        cookie = page.headers["Set-Cookie"].partition(";")[0]
    fields = {"csrf_token": token, "login": "aoi", "password": "not the password"}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    return urlencode(fields), headers


def test_on_an_empty_database_it_makes_what_it_needs_and_ends_from_the_keyboard(start, tmp_path):
    program = start(tmp_path / "new.sqlite3")
    assert (program.status("/readyz"), program.status("/sign-in")) == (200, 200)
    said = program.log.read_text("utf-8")
    assert f"http://127.0.0.1:{program.port}/" in said
    assert "kakehashi-demo" not in said  # no password of a demo outside a demo
    program.process.send_signal(signal.SIGINT)
    assert program.process.wait(ENDS_WITHIN) == 0


def _killed_once(program):
    """The worker that was started in place of one that was killed."""
    (first,) = program.children()
    os.kill(first, signal.SIGKILL)
    (again,) = _until(lambda: program.children() - {first})
    return again


def _answered_while_ending(program):
    """The answer to a form that was under way when the program was told to end."""
    typed, headers = _form(program)
    with program.connect() as connection:
        with _locked(program.database):
            connection.request("POST", "/sign-in", typed, headers)
            assert program.status() == 200  # what was sent before this has been taken up
            program.process.send_signal(signal.SIGTERM)
        answer = connection.getresponse()
        return answer.status, "パスワードが合っていません" in answer.read().decode()


def _kept(database, question):
    with closing(driver.connect(str(database))) as kept:
        return kept.execute(question).fetchone()[0]


def test_with_its_worker_beside_it_it_ends_without_dropping_anybody(start, stock, tmp_path):
    database = tmp_path / "kakehashi.sqlite3"
    shutil.copyfile(stock.sqlite_template, database)
    program = start(database)
    _until(program.worker)
    _until(lambda: program.log.with_name("heads.txt").exists())  # it works
    worker = _killed_once(program)
    with program.connect() as idle:  # a browser that keeps its connection
        idle.request("GET", "/healthz")
        idle.getresponse().read()
        answer = _answered_while_ending(program)
        ended = program.process.wait(ENDS_WITHIN)
    assert {
        "the request under way was answered": answer,
        "the program ended": ended,
        "its worker lives on": _is_alive(worker),
        "what was answered is stored": _kept(database, "select count(*) from sign_in_attempts"),
        "the database is whole": _kept(database, "pragma integrity_check"),
    } == {
        "the request under way was answered": (422, True),
        "the program ended": 0,
        "its worker lives on": False,
        "what was answered is stored": 1,
        "the database is whole": "ok",
    }
