"""What does not work in the demo: a resource that failed several offices, an address that refuses.

Beside each case stands what its office ticked; two cases wait for a place.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tracker.cases import tried
from tracker.cases.models import CaseTick, TickKind
from tracker.core import clock
from tracker.core.db import db
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.notifications.delivery.models import REFUSALS_UNTIL_STOPPED, MailAddress
from tracker.resources.models import Resource

REFUSED = "yunagi"  # whose mailbox the server does not know any more
REFUSED_SINCE = timedelta(days=3)
NO_SUCH_MAILBOX = 550


def load(
    cases: Mapping[str, int], resources: Mapping[str, Resource], cast: Cast, now: datetime
) -> None:
    """What came of trying a resource stands beside the cases; one address takes no mail.

    :param cases: ids by key
    """
    db.session.add_all(
        CaseTick(
            case_id=cases[row["case"]],
            kind=TickKind.RESOURCE,
            resource_id=resources[row["resource"]].id,
            result=row["result"],
        )
        for row in rows("resources_tried")
    )
    person = cast.person(REFUSED)
    at = now - REFUSED_SINCE
    db.session.add(
        MailAddress(
            person_id=person.person_id,
            address=f"{REFUSED}@miharashi.example",
            refusals=REFUSALS_UNTIL_STOPPED,
            code=NO_SUCH_MAILBOX,
            at=at,
            stopped_at=at,
        )
    )
    db.session.flush()
    tried.recount(today=clock.local(now).date())
