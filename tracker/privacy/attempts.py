"""Tries at the door for accounts of the viewer's towns; kept for 35 days.

What was typed as a sign-in name is stored as a hash only, for it may be a password by mistake. So
only tries for names that exist can be said to be of somebody; others are of no town.
"""

import hashlib
from collections.abc import Mapping

import sqlalchemy as sa

from tracker.accounts.models import Person, SignInAttempt
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.privacy.locating import people_of

FAILED, SUCCEEDED = "failed", "succeeded"


def accounts_of(viewer: Viewer, login: str = "") -> Mapping[str, sa.Row[int, str, str]]:
    """Hash of the sign-in name → account, of everybody in the viewer's towns, or of one of them."""
    towns = viewer.municipality_ids(Role.PRIVACY)
    statement = sa.select(Person.id, Person.name, Person.login).where(
        Person.id.in_(people_of(towns))
    )
    if login:
        statement = statement.where(Person.login == login)
    return {_hashed(row.login): row for row in db.session.execute(statement)}


def attempts(accounts: Mapping[str, object], result: str = "") -> Rows:
    """Tries for these accounts, to page by id: when, from where, and whether it succeeded."""
    statement = sa.select(
        SignInAttempt.id,
        SignInAttempt.at,
        SignInAttempt.login_hash,
        SignInAttempt.address,
        SignInAttempt.succeeded,
    ).where(SignInAttempt.login_hash.in_(accounts))
    if result:
        statement = statement.where(SignInAttempt.succeeded.is_(result == SUCCEEDED))
    return statement


def _hashed(login: str) -> str:
    """As it is written at the door."""
    return hashlib.sha256(login.casefold().encode()).hexdigest()
