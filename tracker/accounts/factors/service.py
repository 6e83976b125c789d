"""Setting up, proving, renewing and resetting second factors."""

import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import apart, belonging, policy, withdrawing
from tracker.accounts.factors import codes, queries
from tracker.accounts.factors.models import FactorReset, RecoveryCode, SecondFactor
from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock
from tracker.core.audit import Actor
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, TooManyError, require

TRIES, SHUT_FOR = 5, timedelta(minutes=15)
ASKED_FOR = timedelta(days=3)  # a reset nobody agrees to is forgotten
LONG = 6  # digits of an app's code; everything longer is a recovery code


def set_up(
    person_id: int, sealed_seed: str, code: str, *, by: Actor | None, at: datetime
) -> list[str]:
    """The app that shows this code is the person's second factor; ten new recovery codes.

    They are shown once and kept nowhere. An app or codes of before open nothing any more.

    :raises InvalidInputError: when the code is not the one of this seed
    :raises ConflictError: for a demo account, which everybody uses
    """
    person = db.session.get_one(Person, person_id)
    if person.is_demo:
        raise ConflictError(none_for_demo())
    seed = codes.opened(sealed_seed)
    step = codes.step_of(seed, codes.read(code), at=at) if seed else None
    if seed is None or step is None:
        raise InvalidInputError("code", _wrong())
    factor = queries.factor_of(person_id)
    if factor is None:
        factor = SecondFactor(person_id=person_id)
        db.session.add(factor)
    factor.sealed_seed, factor.made_at, factor.last_step = codes.sealed(seed), at, step
    factor.failures, factor.failed_at = 0, None
    audit.record(by, "person.factor_set_up", person, at=at)
    return _new_codes(person_id)


def prove(person_id: int, typed: str, *, by: Actor | None, at: datetime) -> None:
    """Whoever typed this holds the person's app, or one of the recovery codes, used up now.

    Commits by itself what a refusal must not undo: the failed try.

    :raises InvalidInputError: when it is no code, or was used before
    :raises TooManyError: after five wrong ones in a quarter of an hour
    """
    factor = db.session.scalars(
        sa.select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    ).one()
    _refuse_flood(factor, at)
    if not _counts(factor, codes.read(typed), at):
        factor.failures, factor.failed_at = factor.failures + 1, at
        audit.record(by, "person.factor_refused", db.session.get_one(Person, person_id), at=at)
        db.session.commit()
        raise InvalidInputError("code", _wrong())
    factor.failures, factor.failed_at = 0, None


def _refuse_flood(factor: SecondFactor, at: datetime) -> None:
    if factor.failed_at is None or at - factor.failed_at >= SHUT_FOR:
        factor.failures = 0
    elif factor.failures >= TRIES:
        raise TooManyError(
            _("Too many tries. Please wait 15 minutes and try again."),
            retry_after=int(SHUT_FOR.total_seconds()),
        )


def _counts(factor: SecondFactor, typed: str, at: datetime) -> bool:
    if len(typed) > LONG:
        return _use_up(factor.person_id, typed, at)
    seed = codes.opened(factor.sealed_seed)
    step = codes.step_of(seed, typed, at=at) if seed else None
    if step is None or step <= factor.last_step:
        return False
    factor.last_step = step
    return True


def _use_up(person_id: int, typed: str, at: datetime) -> bool:
    wanted = codes.hashed(typed)
    unused = db.session.scalars(
        sa.select(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        .order_by(RecoveryCode.id)
    )
    for one in unused:
        if hmac.compare_digest(one.code_hash, wanted):
            one.used_at = at
            return True
    return False


def renew_codes(typed: str, *, by: Viewer, at: datetime) -> list[str]:
    """Ten new recovery codes; those of before open nothing any more.

    :raises InvalidInputError: when the code typed is not right
    :raises ConflictError: without a second factor
    """
    require_factor(by)
    prove(by.person_id, typed, by=by, at=at)
    audit.record(by, "person.codes_renewed", db.session.get_one(Person, by.person_id), at=at)
    return _new_codes(by.person_id)


def remove(typed: str, *, by: Viewer, at: datetime) -> None:
    """One is asked for the password alone from now on.

    :raises NotAllowedError: for whoever must have a second factor
    :raises InvalidInputError: when the code typed is not right
    :raises ConflictError: without a second factor
    """
    require(not queries.is_asked_of([standing.role for standing in by.standings]))
    require_factor(by)
    prove(by.person_id, typed, by=by, at=at)
    _forget(by.person_id)
    audit.record(by, "person.factor_removed", db.session.get_one(Person, by.person_id), at=at)


def ask_reset(person: Person, *, by: Viewer, at: datetime) -> None:
    """Somebody has lost app and codes: this person says so, and another one has to agree.

    :raises ConflictError: when there is no second factor, or it was asked for already
    """
    _require_looked_after(person, by, at)
    if queries.factor_of(person.id) is None:
        raise ConflictError(_("There is no second factor to be reset."))
    waiting = queries.open_reset(person.id)
    if waiting is not None and at - waiting.asked_at < ASKED_FOR:
        raise ConflictError(_("It was asked for already and waits for a second person."))
    db.session.add(FactorReset(person_id=person.id, asked_by_id=by.person_id, asked_at=at))
    audit.record(by, "person.factor_reset_asked", person, at=at)


def agree_reset(person: Person, *, by: Viewer, at: datetime) -> None:
    """The second factor is gone and every session over; a new one is set up at the next sign-in.

    :raises ConflictError: when nobody asked in the last three days, or the same person did, or
        somebody whom the same hand let in
    """
    _require_looked_after(person, by, at)
    waiting = queries.open_reset(person.id)
    if waiting is None or at - waiting.asked_at >= ASKED_FOR:
        raise ConflictError(_("Nobody has asked for it in the last days."))
    if waiting.asked_by_id == by.person_id:
        raise ConflictError(_("A second person has to agree, not the one who asked."))
    if not apart.are_apart(waiting.asked_by_id, by.person_id, at=at):
        raise ConflictError(apart.too_close())
    waiting.agreed_by_id, waiting.agreed_at = by.person_id, at
    _forget(person.id)
    withdrawing.end_all(person, at=at)
    audit.record(by, "person.factor_reset", person, at=at)


def _require_looked_after(person: Person, by: Viewer, at: datetime) -> None:
    places = belonging.places_of(person.id, today=clock.local(at).date())
    require(policy.can_look_after(by, person.id, places))


def _forget(person_id: int) -> None:
    db.session.execute(sa.delete(SecondFactor).where(SecondFactor.person_id == person_id))
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _new_codes(person_id: int) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    made = codes.new_recovery_codes()
    db.session.add_all(
        RecoveryCode(person_id=person_id, code_hash=codes.hashed(code)) for code in made
    )
    return made


def require_factor(by: Viewer) -> None:
    """Return only for somebody who has set one up.

    :raises ConflictError: otherwise
    """
    if queries.factor_of(by.person_id) is None:
        raise ConflictError(_("There is no second factor yet."))


def none_for_demo() -> str:
    """Why a demo account is never asked for a code."""
    return _(
        "This is a demo account: everybody knows its password and uses it, so it has no second "
        "step. Accounts of real use have one."
    )


def _wrong() -> str:
    return _("This code is not right, or was used before. Please type the one shown now.")
