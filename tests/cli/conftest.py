"""Running a command as an operator would."""

import contextvars

import pytest
from click.testing import Result

from tests.accounts.conftest import enter  # noqa: F401 - the door is the same
from tracker.core.db import db


@pytest.fixture
def run(app):
    """The result of `flask …`, run beside the test and not inside its transaction."""

    def command(*arguments: str, typed: str | None = None) -> Result:
        db.session.rollback()
        runner = app.test_cli_runner()
        result = contextvars.copy_context().run(runner.invoke, args=arguments, input=typed)
        db.session.rollback()
        db.session.expire_all()
        return result

    return command
