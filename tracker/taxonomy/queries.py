"""Reading the taxonomy as it stands on a day; no statement, see `shelf`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from tracker.core.errors import InvalidInputError, NotFoundError
from tracker.taxonomy.models import (
    ActFamily,
    ActType,
    ClassPlacement,
    Code,
    CodeList,
    Guidance,
    GuidanceStep,
    WorkClass,
)
from tracker.taxonomy.shelf import shelf


def act_types(on: date) -> Sequence[ActType]:
    """Types in force, by family then code, with their family."""
    return [act for act in shelf().act_types if _in_force(act, on)]


def get_act_type(code: str) -> ActType:
    """A type with its family, a retired one as well: old cases still name it.

    :raises NotFoundError: when there is none
    """
    found = next((act for act in shelf().act_types if act.code == code), None)
    if found is None:
        raise NotFoundError
    return found


def families() -> Sequence[ActFamily]:
    """The families in their order."""
    return shelf().families


def codes(*lists: CodeList) -> dict[CodeList, Mapping[str, Code]]:
    """The coded answers of these lists, each in its order, by code."""
    known = shelf().codes
    return {name: known[name] for name in lists}


def require_known(answers: Mapping[CodeList, str | None], act_type_code: str, on: date) -> None:
    """Return only when the type is in force and each answer stands in its list.

    :param answers: None where the question was left open
    :raises InvalidInputError: naming the list, or `act_type`
    """
    if all(act.code != act_type_code for act in act_types(on)):
        raise InvalidInputError("act_type", _("Please choose one of the types."))
    known = shelf().codes
    for name, code in answers.items():
        if code is not None and code not in known[name]:
            raise InvalidInputError(name.value, _("Please choose one of the answers."))


def work_classes() -> Sequence[WorkClass]:
    """The ministry's classes, by code."""
    return shelf().work_classes


def steps(step_ids: Iterable[int]) -> dict[int, GuidanceStep]:
    """These steps of guidance, by key; older versions of the guidance as well."""
    wanted = set(step_ids)
    known = (step for guidance in shelf().guidances for step in guidance.steps)
    return {step.id: step for step in known if step.id in wanted}


@dataclass(frozen=True)
class Help:
    """What can be said beside an act type: class, official guidance if any, kinds of resources."""

    act_type: ActType
    placement: ClassPlacement | None
    guidance: Guidance | None
    categories: Sequence[Code]


def help_for(code: str, on: date) -> Help:
    """All we know of an act type on this day; guidance is None where no official row exists.

    :raises NotFoundError: when there is no such type
    """
    act_type, kept = get_act_type(code), shelf()
    keys = kept.guided.get(code, frozenset())
    fitting = (row for row in kept.guidances if row.key in keys and row.valid_from <= on)
    return Help(act_type, placement(code, on), next(fitting, None), kept.categories.get(code, []))


def placement(code: str, on: date) -> ClassPlacement | None:
    """Where an act type stands on this day, with its class; None when nobody has placed it."""
    return placements(on).get(code)


def placements(on: date) -> dict[str, ClassPlacement]:
    """The placement in force of every type, by code, with its class."""
    return {row.act_type_code: row for row in shelf().placements if row.valid_from <= on}


def codes_with_guidance(on: date) -> frozenset[str]:
    """Act types that an official row serves on this day."""
    kept = shelf()
    begun = {guidance.key for guidance in kept.guidances if guidance.valid_from <= on}
    return frozenset(code for code, keys in kept.guided.items() if keys & begun)


def _in_force(act: ActType, on: date) -> bool:
    return act.valid_from <= on and (act.valid_until is None or act.valid_until >= on)
