"""The whole taxonomy, kept in the process: every page names types and codes, nobody changes them.

A few hundred rows of dated data. What comes back is shared by all requests: it is read, never
changed; a row that is to be changed is fetched through the session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.core.memory import Memory
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


@dataclass(frozen=True)
class Shelf:
    """Everything there is, of all days; each in the order in which it is shown."""

    families: Sequence[ActFamily]
    act_types: Sequence[ActType]  # by family, then code; with their family
    work_classes: Sequence[WorkClass]
    placements: Sequence[ClassPlacement]  # by type, then the older first; with their class
    codes: Mapping[CodeList, Mapping[str, Code]]
    categories: Mapping[str, Sequence[Code]]  # act type → kinds of resources that usually serve it
    guidances: Sequence[Guidance]  # the newest version first; with their steps
    guided: Mapping[str, frozenset[str]]  # act type → keys of the guidance that serves it


def _read(session: Session) -> Shelf:
    codes: dict[CodeList, dict[str, Code]] = {name: {} for name in CodeList}
    for row in session.scalars(sa.select(Code).order_by(Code.list, Code.position, Code.code)):
        codes[row.list][row.code] = row
    return Shelf(
        families=session.scalars(
            sa.select(ActFamily).order_by(ActFamily.position, ActFamily.code)
        ).all(),
        act_types=session.scalars(
            sa.select(ActType)
            .join(ActType.family)
            .options(joinedload(ActType.family))
            .order_by(ActFamily.position, ActType.code)
        ).all(),
        work_classes=session.scalars(sa.select(WorkClass).order_by(WorkClass.code)).all(),
        placements=session.scalars(
            sa.select(ClassPlacement)
            .options(joinedload(ClassPlacement.work_class))
            .order_by(ClassPlacement.act_type_code, ClassPlacement.valid_from)
        ).all(),
        codes=codes,
        categories=_categories(session, codes[CodeList.RESOURCE_CATEGORY]),
        guidances=session.scalars(
            sa.select(Guidance)
            .options(selectinload(Guidance.steps))
            .order_by(Guidance.version.desc(), Guidance.id)
        ).all(),
        guided=_guided(session),
    )


def _categories(session: Session, codes: Mapping[str, Code]) -> dict[str, Sequence[Code]]:
    pairs = sa.select(ResourceCategoryType.act_type_code, ResourceCategoryType.category).order_by(
        ResourceCategoryType.act_type_code, ResourceCategoryType.category
    )
    named: dict[str, set[str]] = {}
    for act_type, category in session.execute(pairs):
        named.setdefault(act_type, set()).add(category)
    return {
        act_type: [code for key, code in codes.items() if key in known]
        for act_type, known in named.items()
    }


def _guided(session: Session) -> dict[str, frozenset[str]]:
    pairs = sa.select(GuidanceActType.act_type_code, GuidanceActType.guidance_key).order_by(
        GuidanceActType.act_type_code, GuidanceActType.guidance_key
    )
    keys: dict[str, set[str]] = {}
    for act_type, key in session.execute(pairs):
        keys.setdefault(act_type, set()).add(key)
    return {act_type: frozenset(found) for act_type, found in keys.items()}


_memory: Memory[Shelf] = Memory(_read)
_memory.forget_with(
    ActFamily,
    ActType,
    ClassPlacement,
    Code,
    Guidance,
    GuidanceActType,
    GuidanceStep,
    ResourceCategoryType,
    WorkClass,
)
shelf = _memory.recall
forget = _memory.forget
