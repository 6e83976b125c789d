"""Writers of one database file stand in line, over threads and over processes."""

import os
import subprocess
import sys
import threading

import pytest
import sqlalchemy as sa

from tracker.core import writers
from tracker.core.db import WRITING, db
from tracker.core.writers import WritersQueue

HOLD = """
import sys
from tracker.core.writers import WritersQueue
line = WritersQueue(sys.argv[1])
assert line.enter(5)
print("in", flush=True)
sys.stdin.readline()
line.leave()
"""


@pytest.fixture
def line(tmp_path):
    return WritersQueue(str(tmp_path / "town.sqlite3"))


def test_the_second_waits_until_the_first_has_left(line):
    order = []

    def second():
        assert line.enter(10)
        order.append("second")
        line.leave()

    assert line.enter(1)
    waiting = threading.Thread(target=second)
    waiting.start()
    waiting.join(0.05)
    order.append("first")
    line.leave()
    waiting.join(10)
    assert order == ["first", "second"]


def test_who_waits_too_long_is_told(line):
    assert line.enter(1)
    assert not line.enter(0.02)
    line.leave()
    assert line.enter(1)
    line.leave()


@pytest.mark.skipif(writers.fcntl is None, reason="no locks of files on this system")
def test_another_process_stands_in_the_same_line(line, tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path / "town.sqlite3")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as other:
        assert other.stdout.readline() == "in\n"
        assert not line.enter(0.02)
        other.stdin.write("\n")
        other.stdin.flush()
        assert line.enter(10)
        line.leave()


def test_a_database_in_memory_has_a_line_as_well():
    line = WritersQueue(None)
    assert line.enter(1)
    assert not line.enter(0.01)
    line.leave()


def test_eight_writers_at_once_all_come_to_their_turn(app):
    failed = []

    def write(number):
        with app.app_context():
            WRITING.set(True)
            try:
                for _time in range(20):
                    db.session.execute(
                        sa.text("update people set language = language where id = :id"),
                        {"id": number},
                    )
                    db.session.commit()
            except sa.exc.SQLAlchemyError as error:
                failed.append(error)
            finally:
                db.session.remove()

    db.session.rollback()
    writing = [threading.Thread(target=write, args=(number,)) for number in range(1, 9)]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    assert failed == []
