"""Pure: what is asked when an action goes on, by the stage it leaves and the one it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from tracker.actions.models import Stage
from tracker.actions.work.models import DAY_FACTS, FACT_LENGTH, Fact, Funding
from tracker.core.errors import InvalidInputError, require_short

_F, _S = Fact, Stage
# What is asked on the way to a stage; those in NEEDED cannot be left out without saying why.
ASKED: dict[Stage, tuple[Fact, ...]] = {
    _S.STUDY: (_F.SURVEY_PLAN,),
    _S.TRIAL: (
        *(_F.SURVEYED, _F.SURVEY_RESULT, _F.PARTNER, _F.AGREED, _F.FUNDING, _F.FUNDING_NOTE),
        *(_F.TRIAL_PLACE, _F.TRIAL_FROM, _F.TRIAL_UNTIL),
    ),
    _S.LIVE: (_F.TRIAL_NUMBERS,),
    _S.REVIEW: (_F.USE_IN_WORDS,),
    _S.SETTLED: (_F.MEASURED,),
    _S.EXPANDED: (_F.MEASURED,),
    _S.REDESIGNED: (),
}
NEEDED = frozenset(
    {
        *(_F.SURVEYED, _F.SURVEY_RESULT, _F.PARTNER, _F.FUNDING, _F.TRIAL_PLACE, _F.TRIAL_FROM),
        *(_F.TRIAL_NUMBERS, _F.USE_IN_WORDS, _F.MEASURED),
    }
)


@dataclass(frozen=True)
class Facts:
    """What somebody wrote at a step; a fact that is not there was left empty."""

    said: Mapping[Fact, str | date] = field(default_factory=dict)
    without: str = ""  # why something that is asked is missing

    def as_rows(self) -> dict[Fact, str | date]:
        """What is kept of it, the sentence about what is missing last; empty ones left out."""
        rows = {fact: said for fact, said in self.said.items() if said}
        return {**rows, **({Fact.WITHOUT: self.without} if self.without else {})}


NOTHING_SAID = Facts()


def asked_for(*stages: Stage) -> list[Fact]:
    """What is asked on the way to any of these stages, each once, in order."""
    return list(dict.fromkeys(fact for stage in stages for fact in ASKED.get(stage, ())))


def require_facts(to: Stage, facts: Facts, known: frozenset[Fact] = frozenset()) -> None:
    """Return only when everything needed on the way to this stage was said, or why it is missing.

    :param known: what need not be said again, because rows say it
    :raises InvalidInputError: naming the first field that is missing, too long or impossible
    """
    _check(facts)
    asked = [fact for fact in ASKED.get(to, ()) if fact in NEEDED and fact not in known]
    missing = [fact for fact in asked if not facts.said.get(fact)]
    if missing and not facts.without.strip():
        raise InvalidInputError(
            missing[0].value,
            _("Please fill this in, or say below why it is missing. No stage is skipped silently."),
        )


def _check(facts: Facts) -> None:
    for fact, said in facts.as_rows().items():
        if (fact in DAY_FACTS) is isinstance(said, str):
            raise InvalidInputError(fact.value, _("Please choose one of the answers."))
        if isinstance(said, str):
            require_short(fact.value, said, FACT_LENGTH)
    funding = facts.said.get(Fact.FUNDING)
    if funding and funding not in set(Funding):
        raise InvalidInputError(Fact.FUNDING.value, _("Please choose one of the answers."))
    began, ended = facts.said.get(Fact.TRIAL_FROM), facts.said.get(Fact.TRIAL_UNTIL)
    if isinstance(began, date) and isinstance(ended, date) and ended < began:
        raise InvalidInputError(
            Fact.TRIAL_UNTIL.value, _("The last day cannot be before the first.")
        )
