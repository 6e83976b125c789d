"""Cases by chance: what happened to nobody, told from parts, with the history a case would have."""

import itertools
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from tracker.cases import filing, turnaround
from tracker.cases.models import (
    MUNICIPALITY,
    ON_BEHALF,
    STAYS_OPEN,
    SUMMARY_LENGTH,
    WANTED_LENGTH,
    Case,
    CaseSerial,
    CaseStatus,
    CaseStep,
    CaseTick,
    Channel,
    Disposition,
    StepKind,
    TickKind,
)
from tracker.core import clock, text, wareki
from tracker.core.db import db, insert_or_skip
from tracker.demo.synthetic_parts import ActKind, Kit
from tracker.demo.synthetic_towns import Office, Place, Rows, Town
from tracker.notifications.models import Event, Notice
from tracker.taxonomy.models import CodeList

DAY = timedelta(days=1)
READ_AFTER, NOTICE_AFTER = timedelta(days=7), timedelta(minutes=15)

# Mean days until the centre accepts, sorts and answers; share sent back, withdrawn, left lying.
ACCEPTED_IN, SORTED_IN, ANSWERED_IN = 4.0, 18.0, 6.0
RETURNED, WITHDRAWN, LEFT = 0.06, 0.03, 0.02
KNOWN_CLIENT, ON_BEHALF_SHARE, SAID = 0.7, 0.08, 0.6
DISPOSITIONS = {
    Disposition.RESOLVED_EXISTING: 30,
    Disposition.STATISTICS_ONLY: 30,
    Disposition.TO_ISSUE: 18,
    Disposition.INDIVIDUAL_MEETING: 12,
    Disposition.REDIRECTED: 10,
}
# Questions that may be left open.
OPEN_QUESTIONS = (
    *(CodeList.ABILITY_TO_PAY, CodeList.HOUR_BAND, CodeList.CHARGE, CodeList.CHARGE_BAND),
    *(CodeList.PAID_BY, CodeList.AGE_BAND, CodeList.CARE_LEVEL, CodeList.ACTED_BECAUSE),
)
ALWAYS = (CodeList.REQUESTER, CodeList.GAP, CodeList.OUTCOME, CodeList.URGENCY)
TOLD = {
    StepKind.ACCEPTED: Event.CASE_ACCEPTED,
    StepKind.RETURNED: Event.CASE_RETURNED,
    StepKind.DISPOSED: Event.CASE_SORTED,
    StepKind.ANSWERED: Event.CASE_ANSWERED,
    StepKind.MEETING_ANSWERED: Event.CASE_ANSWERED,
}


@dataclass
class _Life:
    """A case on its way through the states; its steps so far."""

    case_id: int
    number: str
    filer: int
    office_id: int
    status: CaseStatus
    at: datetime
    steps: list[dict[str, Any]] = field(default_factory=list)
    disposition: Disposition | None = None


class CaseWriter:
    """Writes cases of these towns, one after the other in the order they were filed."""

    def __init__(self, rows: Rows, towns: Sequence[Town], rng: Random, now: datetime) -> None:
        """Towns differ in size, and in what is needed there."""
        self._rows, self._rng, self._now, self._kit = rows, rng, now, Kit(rng, now)
        self._towns = list(towns)
        self._sizes = list(itertools.accumulate(rng.uniform(0.5, 2.0) for _town in towns))
        self._needs = {
            town.id: list(
                itertools.accumulate(w * rng.lognormvariate(0, 0.6) for w in self._kit.weights)
            )
            for town in towns
        }
        self._serials: Counter[tuple[int, int]] = Counter()

    def write(self, at: datetime) -> None:
        """One case filed at this instant, in some town."""
        rng = self._rng
        (town,) = rng.choices(self._towns, cum_weights=self._sizes)
        place = rng.choice(town.places)
        office = rng.choice(place.offices)
        (act,) = rng.choices(self._kit.acts, cum_weights=self._needs[town.id])
        year = wareki.fiscal_year(clock.local(at).date())
        self._serials[town.id, year] += 1
        serial = self._serials[town.id, year]
        channel = rng.choice(ON_BEHALF) if rng.random() < ON_BEHALF_SHARE else Channel.OWN
        filer = rng.choice((office if channel is Channel.OWN else place.centre).people)
        said = self._answers(act)
        words = self._words(act, said)
        values = {
            "number": filing.number_of(town.id, year, serial),
            "municipality_id": town.id,
            "fiscal_year": year,
            "serial": serial,
            "organisation_id": office.id,
            "filed_by_id": filer,
            "area_id": place.area_id,
            "occurred_month": clock.local(at - rng.random() * 20 * DAY).date().replace(day=1),
            "act_type_code": act.code,
            "client_key": self._client(office),
            "channel": channel,
            "import_batch_id": None,
            "row_key": None,
            "submitted_at": at,
            "created_at": at,
            "version": 1,
            **said,
            **words,
        }
        self._store(values, place)

    def save_serials(self) -> None:
        """Numbers given later go on from here."""
        table: Any = CaseSerial.__table__
        for (town_id, year), last in self._serials.items():
            key = {"municipality_id": town_id, "fiscal_year": year}
            db.session.execute(insert_or_skip(table).values(last=last, **key))
            mine = [table.c[name] == value for name, value in key.items()]
            db.session.execute(sa.update(table).where(*mine).values(last=last))

    def _answers(self, act: ActKind) -> dict[str, Any]:
        rng, codes = self._rng, self._kit.codes
        said: dict[str, Any] = {name.value: rng.choice(codes[name]) for name in ALWAYS}
        for name in OPEN_QUESTIONS:
            said[name.value] = rng.choice(codes[name]) if rng.random() < SAID else None
        by_town = said["requester"] == MUNICIPALITY
        odd = rng.random() < 0.03  # the office sees another class than the table
        return {
            **said,
            "danger": act.danger or None if rng.random() < SAID else None,
            "bodies_agreed": rng.choice(codes[CodeList.BODIES_AGREED]) if by_town else None,
            "department": self._kit.phrase(rng, "section") if by_town else "",
            "work_class": "C3" if odd else None,
            "work_class_reason": "ほかの機関が担うべき内容でした。" if odd else "",
            "times_handled": min(60, 1 + int(rng.expovariate(0.35))),
            "minutes_each": rng.choice((10, 15, 20, 30, 30, 45, 60, 60, 90, 120, 180)),
        }

    def _words(self, act: ActKind, said: dict[str, Any]) -> dict[str, str]:
        rng, phrase = self._rng, self._kit.phrase
        burden = phrase(rng, "burden") % {
            "minutes": said["minutes_each"],
            "times": said["times_handled"],
            "months": rng.randint(1, 6),
        }
        parts = [
            phrase(rng, "who"),
            *rng.sample(act.sentences, rng.choice((1, 1, 2))),
            phrase(rng, "reason", said["gap"]),
            phrase(rng, "effort", said["outcome"]),
            burden,
        ]
        if rng.random() < 0.3:
            del parts[rng.randrange(2, len(parts))]
        summary, wanted = "".join(parts)[:SUMMARY_LENGTH], phrase(rng, "hope")[:WANTED_LENGTH]
        folded = text.fold(f"{summary} {wanted}")[:1000]
        return {"summary": summary, "wanted": wanted, "search_text": folded}

    def _client(self, office: Office) -> str | None:
        if self._rng.random() > KNOWN_CLIENT:
            return None
        return filing.client_key(office.id, f"利用者 {self._rng.randint(1, 80)}")

    def _store(self, values: dict[str, Any], place: Place) -> None:
        """The case with its last state, its ticks, its steps and what was told of them."""
        life = _Life(
            case_id=0,
            number=values["number"],
            filer=values["filed_by_id"],
            office_id=values["organisation_id"],
            status=CaseStatus.SUBMITTED,
            at=values["submitted_at"],
        )
        own = values["channel"] is Channel.OWN
        filed_by = Office(life.office_id if own else place.centre.id, [life.filer])
        self._step(life, StepKind.FILED, None, filed_by)
        self._live(life, filed_by, place.centre)
        redirected = life.disposition is Disposition.REDIRECTED
        body = self._kit.phrase(self._rng, "body") if redirected else None
        case_id = self._rows.make(
            Case,
            **values,
            status=life.status,
            status_since=life.at,
            updated_at=life.at,
            disposition=life.disposition,
            due_on=turnaround.due_by_default(life.status, life.disposition, life.at),
            redirect_body=body,
            redirect_contact=body and f"{body}の受付",
        )
        for step in life.steps:
            self._rows.make(CaseStep, case_id=case_id, **step)
            self._tell(life, case_id, step)
        self._tick(case_id, values)

    def _live(self, life: _Life, filer: Office, centre: Office) -> None:
        """Walk the edges as far as time has gone."""
        rng = self._rng
        if rng.random() < WITHDRAWN:
            self._go(life, CaseStatus.WITHDRAWN, StepKind.WITHDRAWN, filer, 2.0)
            return
        if rng.random() < RETURNED:
            question = self._kit.phrase(rng, "question")
            back = self._go(life, CaseStatus.RETURNED, StepKind.RETURNED, centre, 2.0, question)
            if not back or not self._go(
                life, CaseStatus.SUBMITTED, StepKind.RESUBMITTED, filer, 15.0
            ):
                return
        accepted = self._go(life, CaseStatus.ACCEPTED, StepKind.ACCEPTED, centre, ACCEPTED_IN)
        if not accepted or rng.random() < LEFT:
            return
        if self._go(life, CaseStatus.DISPOSED, StepKind.DISPOSED, centre, SORTED_IN):
            (life.disposition,) = rng.choices(list(DISPOSITIONS), list(DISPOSITIONS.values()))
            self._answer(life, centre)

    def _answer(self, life: _Life, centre: Office) -> None:
        """What waits for an issue stays open; what waits for a meeting waits long."""
        if life.disposition is None or life.disposition is Disposition.TO_ISSUE:
            return
        meets = life.disposition in STAYS_OPEN
        kind = StepKind.MEETING_ANSWERED if meets else StepKind.ANSWERED
        days = 60.0 if meets else ANSWERED_IN
        sentence = self._kit.phrase(self._rng, "answer", life.disposition.value)
        self._go(life, CaseStatus.CLOSED, kind, centre, days, sentence)

    def _go(
        self,
        life: _Life,
        to: CaseStatus,
        kind: StepKind,
        by: Office,
        days: float,
        sentence: str = "",
    ) -> bool:
        """Walk one edge after some days; False when that day has not come."""
        at = life.at + self._rng.expovariate(1 / days) * DAY
        if at >= self._now:
            return False
        was, life.status, life.at = life.status, to, at
        self._step(life, kind, was, by, sentence)
        return True

    def _step(
        self,
        life: _Life,
        kind: StepKind,
        was: CaseStatus | None,
        by: Office,
        sentence: str = "",
    ) -> None:
        life.steps.append(
            {
                "kind": kind,
                "was": was,
                "became": life.status,
                "sentence": sentence,
                "person_id": self._rng.choice(by.people),
                "organisation_id": by.id,
                "act": str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
                "at": life.at,
                "undone_at": None,
            }
        )

    def _tell(self, life: _Life, case_id: int, step: dict[str, Any]) -> None:
        event = TOLD.get(step["kind"])
        if event is None:
            return
        due = step["at"] + NOTICE_AFTER
        self._rows.make(
            Notice,
            person_id=life.filer,
            event=event,
            number=life.number,
            path=f"/cases/{case_id}",
            act=step["act"],
            once=None,
            made_at=step["at"],
            due_at=due,
            withdrawn_at=None,
            read_at=due if step["at"] < self._now - READ_AFTER else None,
        )

    def _tick(self, case_id: int, values: dict[str, Any]) -> None:
        rng, codes = self._rng, self._kit.codes
        act = next(act for act in self._kit.acts if act.code == values["act_type_code"])
        for code in sorted(rng.sample(codes[CodeList.HOUSEHOLD], rng.choice((0, 1, 1, 2, 3)))):
            self._mark(case_id, TickKind.HOUSEHOLD, code=code)
        for step_id in rng.sample(act.steps, min(len(act.steps), rng.randint(0, 2))):
            result = rng.choice(codes[CodeList.STEP_RESULT])
            self._mark(case_id, TickKind.STEP, step_id=step_id, result=result)
        for code in rng.sample(act.categories, min(len(act.categories), rng.randint(0, 2))):
            result = rng.choice(codes[CodeList.TRIED])
            self._mark(case_id, TickKind.RESOURCE, code=code, result=result)
        if values["danger"]:
            code = rng.choice(codes[CodeList.CALL_TARGET])
            result = rng.choice(codes[CodeList.CALL_ANSWER])
            self._mark(case_id, TickKind.CALL, code=code, result=result)

    def _mark(self, case_id: int, kind: TickKind, **said: Any) -> None:
        empty = {"code": "", "resource_id": None, "step_id": None, "result": ""}
        self._rows.make(CaseTick, case_id=case_id, kind=kind, **{**empty, **said})
