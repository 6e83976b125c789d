"""What upper floors know of a resource: where it came from, what came of it, who waits for it.

Cases, issues and actions stand above the directory; they answer these signals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from blinker import Signal
from flask_babel import LazyString

from tracker.accounts.viewer import Viewer
from tracker.core.disclosure import Figure
from tracker.resources.models import Resource

experience_asked = Signal("what came of trying this resource: viewer, resource, today")
origins_asked = Signal("which actions brought this resource: viewer, resource")
waiting_asked = Signal("which open cases wait for this resource: viewer, resource")


@dataclass(frozen=True)
class Came:
    """One answer to "what came of it?", with the offices that gave it."""

    label_ja: str
    label_en: str
    offices: Figure
    failed: bool  # it did not work

    @property
    def name_ja(self) -> str:
        """As every pair of names is read."""
        return self.label_ja

    @property
    def name_en(self) -> str:
        """As every pair of names is read."""
        return self.label_en


@dataclass(frozen=True)
class Origin:
    """An action that brought the resource, as far as the viewer may know it."""

    action_id: int | None
    action_number: str
    action_title: str
    issue_id: int | None
    issue_number: str
    issue_title: str
    issue_label: LazyString | None
    meeting_id: int | None  # where it was decided
    cases_before: Figure | None  # under the issue until it could be used; None: not known


@dataclass(frozen=True)
class Waiting:
    """Open cases that stand on the waiting list of the resource; those one may read by number."""

    count: int = 0
    cases: tuple[tuple[int, str], ...] = ()  # id and number


def experience(viewer: Viewer, resource: Resource, today: date) -> list[Came]:
    """What offices said came of trying it in the last 12 months.

    The commonest first for those who read how many; for everybody else in the order of the list.
    """
    answers = experience_asked.send(viewer=viewer, resource=resource, today=today)
    return [came for _receiver, answer in answers for came in answer]


def origins(viewer: Viewer, resource: Resource) -> list[Origin]:
    """The actions that brought it, the first one first; [] when none did or none may be known."""
    answers = origins_asked.send(viewer=viewer, resource=resource)
    return [origin for _receiver, answer in answers for origin in answer]


def waiting(viewer: Viewer, resource: Resource) -> Waiting:
    """Open cases that wait for it."""
    answers: Sequence[Waiting] = [
        answer for _receiver, answer in waiting_asked.send(viewer=viewer, resource=resource)
    ]
    return Waiting(
        sum(answer.count for answer in answers),
        tuple(case for answer in answers for case in answer.cases),
    )
