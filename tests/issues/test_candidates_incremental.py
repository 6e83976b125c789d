"""Whatever happens in whatever order: looking where something came is as good as looking at all."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.issues.repeating import accept, candidates, file, look, park, reject
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.issues import service as issues
from tracker.issues.candidates import service
from tracker.issues.candidates.models import CandidateState
from tracker.issues.relating import service as relating
from tracker.issues.relating.models import Regrouping
from tracker.settings.values import queries as values
from tracker.settings.values import service as setting
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key

CITY = 98201
TYPES = ("HK03", "FN01")
ACTS = st.sampled_from(
    ["file", "file", "file", "urgent", "long", "withdraw", "look", "look", "day", "month"]
    + ["park", "reject", "accept", "decline", "undo", "by_hand", "number", "apart", "lift"]
)


class Town:
    """The people of the town, and what each of them may do next."""

    def __init__(self, aoi, kato, sato, nishi, mori, clock):
        self.filers, self.clock, self.mori = (aoi, kato), clock, mori
        self.areas = [min(centre.area_ids(Role.CENTRE)) for centre in (sato, nishi)]
        self.filed, self.issues, self.parted = [], [], []

    def act(self, what, pick):
        """One thing happens, as far as it can; the number picks to whom."""
        getattr(self, f"_{what}")(pick)
        db.session.commit()

    def _file(self, pick, **changes):
        by = self.filers[pick % 2]
        changes = {"act_type": TYPES[pick // 2 % 2], **changes}
        self.filed += [(by, *file(by, area_id=self.areas[pick // 4 % 2], **changes))]

    def _urgent(self, pick):
        self._file(pick, gap="G1", urgency="E1")

    def _long(self, pick):
        self._file(pick, times_handled=20)

    def _withdraw(self, pick):
        if self.filed:
            by, case = self.filed.pop(pick % len(self.filed))
            self._try(factories.withdraw, db.session.get_one(Case, case.id), by=by)

    def _look(self, _pick):
        look()

    def _day(self, pick):
        self.clock.move(days=pick % 9 + 1)

    def _month(self, pick):
        self.clock.move(days=31 * (pick % 3 + 1))

    def _decide(self, pick, state, verb, **how):
        waiting = [found for found in candidates() if found.state is state]
        if waiting:
            return self._try(verb, waiting[pick % len(waiting)], by=self.mori, **how)
        return None

    def _park(self, pick):
        self._decide(pick, CandidateState.OPEN, park, days=pick % 40 + 1, more_cases=pick % 3 + 1)

    def _reject(self, pick):
        self._decide(pick, CandidateState.OPEN, reject)

    def _accept(self, pick):
        issue = self._decide(pick, CandidateState.OPEN, accept)
        self.issues += [issue] if issue else []

    def _undo(self, pick):
        state = (CandidateState.PARKED, CandidateState.REJECTED)[pick % 2]
        self._decide(pick, state, service.undo_last, at=the_clock.now())

    def _decline(self, _pick):
        if self.issues:
            who = {"by": self.mori, "at": the_clock.now()}
            self._try(issues.decline, self.issues.pop(), "今は取り上げない。", **who)

    def _by_hand(self, pick):
        if self.filed:
            case = db.session.get_one(Case, self.filed[pick % len(self.filed)][1].id)
            area = {"area_id": None} if pick % 3 == 0 else {}
            issue = self._try(
                factories.make_issue, self.mori, case, act_type=case.act_type_code, **area
            )
            self.issues += [issue] if issue else []

    def _number(self, pick):
        held = values.town_values(self.mori, CITY)[NumberGroup.RULE]
        version = values.group_version(held)
        numbers = {Key.RULE_CASES: pick % 4 + 2, Key.RULE_MONTHS: pick % 6 + 2}
        who = {"by": self.mori, "at": the_clock.now(), "after": version}
        setting.set_values(CITY, NumberGroup.RULE, numbers, **who)

    def _apart(self, pick):
        ids = [case.id for _by, case in self.filed]
        sides = [[ids[pick % len(ids)]], [ids[(pick + 1) % len(ids)]]] if ids else []
        made = self._try(relating.keep_apart, sides, by=self.mori, at=the_clock.now())
        self.parted += [made.id] if made else []

    def _lift(self, _pick):
        if self.parted:
            act = db.session.get_one(Regrouping, self.parted.pop())
            self._try(relating.undo, act, by=self.mori, at=the_clock.now())

    def _try(self, verb, *what, **how):
        """A step that does not follow from where things stand is no step."""
        try:
            return verb(*what, **how)
        except TrackerError:
            db.session.rollback()
            return None


def stored():
    """Everything the candidates of the town say."""
    return {
        (found.area_id, found.act_type_code): (
            found.state,
            found.rules,
            found.case_count,
            found.office_count,
            found.minutes,
            found.faded_on,
            found.issue_id,
            found.version,
        )
        for found in candidates()
    }


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(ACTS, st.integers(0, 30)), min_size=5, max_size=25))
def test_after_a_look_where_something_came_a_look_at_everything_changes_nothing(
    aoi, kato, sato, nishi, mori, clock, acts
):
    town = Town(aoi, kato, sato, nishi, mori, clock)
    for what, pick in acts:
        town.act(what, pick)
    look()
    before = stored()
    assert look(everything=True).steps == {}
    assert stored() == before
