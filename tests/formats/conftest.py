"""Words for what is written and refused, without the whole application."""

import pytest
from flask import Flask
from flask_babel import Babel


@pytest.fixture(scope="module")
def words():
    """Enough of an application to have words, in English."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield
