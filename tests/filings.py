"""Steps of filing for tests, taken through the service and committed."""

from typing import Any

from tests import factories
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import filing
from tracker.cases.filing import Whence
from tracker.cases.models import Case, Channel
from tracker.core import clock
from tracker.core.db import db


def file_for(
    organisation_id: int, by: Viewer, channel: Channel = Channel.PHONE, **changes: Any
) -> Case:
    """A submitted case the centre filed for this office, for its own area unless said otherwise."""
    area_id = changes.pop("area_id", None) or min(by.area_ids(Role.CENTRE))
    draft = factories.case_draft(area_id, **changes)
    whence = Whence(organisation_id, channel)
    case = filing.file_case(draft, whence, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return case


def revise(case: Case, by: Viewer, **changes: Any) -> Case:
    """The case says what `factories.case_draft` says, with these changes."""
    draft = factories.case_draft(changes.pop("area_id", case.area_id), **changes)
    filing.revise_case(case, draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return case


def add_to(case: Case, by: Viewer, sentence: str = "翌週も頼まれた。") -> Case:
    """The office has added what it learnt since."""
    filing.add_to_case(case, sentence, by=by, at=clock.now())
    db.session.commit()
    return case
