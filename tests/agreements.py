"""Agreements of the register, for tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tracker.accounts.viewer import Viewer
from tracker.actions.agreements import service
from tracker.actions.agreements.models import Agreement, AgreementKind
from tracker.actions.agreements.service import AgreementDraft
from tracker.core import clock
from tracker.core.db import db


def draft(owner_id: int, **changes: Any) -> AgreementDraft:
    """An agreement of a year with two hospitals."""
    said = AgreementDraft(
        kind=AgreementKind.AGREEMENT,
        title="救急の受け入れの確認書",
        parties="市と二つの病院",
        subject="付き添いがなくても受け入れる。",
        valid_from=clock.today(),
        valid_until=clock.today() + timedelta(days=365),
        owner_id=owner_id,
        act_types=("EM01",),
    )
    return replace(said, **changes)


def enter(by: Viewer, **changes: Any) -> Agreement:
    """It stands in the register, kept by the writer's organisation."""
    said = draft(min(by.organisation_ids()), **changes)
    made = service.enter(said, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made
