"""Running a command as an operator would."""

import contextvars

import pytest
from click.testing import Result

from tests.accounts.conftest import enter  # noqa: F401 - the door is the same
from tracker.core.db import db


def run_in(app, *arguments: str, typed: str | None = None) -> Result:
    """The result of `flask …`, run beside the test and not inside its transaction."""
    with app.app_context():
        runner = app.test_cli_runner()
        return contextvars.copy_context().run(runner.invoke, args=arguments, input=typed)


@pytest.fixture
def run(app):
    """Runs a command on the database of the test."""

    def command(*arguments: str, typed: str | None = None) -> Result:
        db.session.rollback()
        result = run_in(app, *arguments, typed=typed)
        db.session.expire_all()
        return result

    return command
