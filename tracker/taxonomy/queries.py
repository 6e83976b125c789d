"""Reading the taxonomy as it stands on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotFoundError
from tracker.taxonomy.models import (
    ActFamily,
    ActType,
    ClassPlacement,
    Code,
    CodeList,
    Guidance,
    GuidanceActType,
    GuidanceStep,
    ResourceCategoryType,
    WorkClass,
)


def act_types(on: date) -> Sequence[ActType]:
    """Types in force, by family then code, with their family."""
    return db.session.scalars(
        sa.select(ActType)
        .join(ActType.family)
        .where(*_in_force(on))
        .options(joinedload(ActType.family))
        .order_by(ActFamily.position, ActType.code)
    ).all()


def get_act_type(code: str) -> ActType:
    """A type with its family, a retired one as well: old cases still name it.

    :raises NotFoundError: when there is none
    """
    found = db.session.scalars(
        sa.select(ActType).where(ActType.code == code).options(joinedload(ActType.family))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def families() -> Sequence[ActFamily]:
    """The families in their order."""
    return db.session.scalars(
        sa.select(ActFamily).order_by(ActFamily.position, ActFamily.code)
    ).all()


def codes(*lists: CodeList) -> dict[CodeList, dict[str, Code]]:
    """The coded answers of these lists, each in its order, by code."""
    found: dict[CodeList, dict[str, Code]] = {name: {} for name in lists}
    rows = db.session.scalars(
        sa.select(Code).where(Code.list.in_(lists)).order_by(Code.list, Code.position, Code.code)
    )
    for row in rows:
        found[row.list][row.code] = row
    return found


def require_known(answers: Mapping[CodeList, str | None], act_type_code: str, on: date) -> None:
    """Return only when the type is in force and each answer stands in its list.

    :param answers: None where the question was left open
    :raises InvalidInputError: naming the list, or `act_type`
    """
    in_force = sa.select(ActType.code).where(ActType.code == act_type_code, *_in_force(on))
    if db.session.scalar(in_force) is None:
        raise InvalidInputError("act_type", _("Please choose one of the types."))
    known = codes(*answers)
    for name, code in answers.items():
        if code is not None and code not in known[name]:
            raise InvalidInputError(name.value, _("Please choose one of the answers."))


def work_classes() -> Sequence[WorkClass]:
    """The ministry's classes, by code."""
    return db.session.scalars(sa.select(WorkClass).order_by(WorkClass.code)).all()


def steps(step_ids: Iterable[int]) -> dict[int, GuidanceStep]:
    """These steps of guidance, by key; one statement, none without keys."""
    wanted = sorted(set(step_ids))
    if not wanted:
        return {}
    found = db.session.scalars(
        sa.select(GuidanceStep).where(GuidanceStep.id.in_(wanted)).order_by(GuidanceStep.id)
    )
    return {step.id: step for step in found}


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
    act_type = get_act_type(code)
    guidance = db.session.scalars(
        sa.select(Guidance)
        .join(GuidanceActType, GuidanceActType.guidance_key == Guidance.key)
        .where(GuidanceActType.act_type_code == code, Guidance.valid_from <= on)
        .options(selectinload(Guidance.steps))
        .order_by(Guidance.version.desc(), Guidance.id)
        .limit(1)
    ).one_or_none()
    return Help(act_type, placement(code, on), guidance, _categories(code))


def placement(code: str, on: date) -> ClassPlacement | None:
    """Where an act type stands on this day, with its class; None when nobody has placed it."""
    return db.session.scalars(
        sa.select(ClassPlacement)
        .where(ClassPlacement.act_type_code == code, ClassPlacement.valid_from <= on)
        .options(joinedload(ClassPlacement.work_class))
        .order_by(ClassPlacement.valid_from.desc())
        .limit(1)
    ).one_or_none()


def _categories(code: str) -> Sequence[Code]:
    return db.session.scalars(
        sa.select(Code)
        .join(ResourceCategoryType, ResourceCategoryType.category == Code.code)
        .where(Code.list == CodeList.RESOURCE_CATEGORY, ResourceCategoryType.act_type_code == code)
        .order_by(Code.position, Code.code)
    ).all()


def placements(on: date) -> dict[str, ClassPlacement]:
    """The placement in force of every type, by code, with its class."""
    rows = db.session.scalars(
        sa.select(ClassPlacement)
        .where(ClassPlacement.valid_from <= on)
        .options(joinedload(ClassPlacement.work_class))
        .order_by(ClassPlacement.act_type_code, ClassPlacement.valid_from)
    )
    return {row.act_type_code: row for row in rows}


def codes_with_guidance(on: date) -> frozenset[str]:
    """Act types that an official row serves on this day."""
    return frozenset(
        db.session.scalars(
            sa.select(GuidanceActType.act_type_code)
            .join(Guidance, Guidance.key == GuidanceActType.guidance_key)
            .where(Guidance.valid_from <= on)
        )
    )


def _in_force(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ActType.valid_from <= on,
        sa.or_(ActType.valid_until.is_(None), ActType.valid_until >= on),
    )
