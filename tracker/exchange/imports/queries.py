"""Reading imports, their rows, and what may stand in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.accounts import queries as accounts
from tracker.accounts.models import Area, Organisation
from tracker.accounts.queries import AreaChoice
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import OPEN_CLASS, Case, CaseStatus, CaseTick, Channel, TickKind
from tracker.core import text
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.core.paging import Rows
from tracker.exchange.imports import policy
from tracker.exchange.imports.columns import BY_FIELD, COLUMNS, ERROR_HEADINGS, ColumnKind
from tracker.exchange.imports.rows import Lists
from tracker.exchange.models import BatchStatus, ImportBatch, ImportRow, RowResult
from tracker.taxonomy import queries as taxonomy

REMEMBERED = 20  # imports of an office that are looked through for the same headings
AT_ONCE = 500  # keys in one statement

CODE_LISTS = tuple(column.codes for column in COLUMNS if column.codes is not None)


def batches(viewer: Viewer) -> Rows:
    """Imports the viewer may know of, to page by id."""
    return (
        sa.select(
            ImportBatch.id,
            ImportBatch.made_at,
            ImportBatch.status,
            ImportBatch.kind,
            ImportBatch.total,
            ImportBatch.counts,
            Organisation.name_ja,
            Organisation.name_en,
        )
        .join(Organisation, Organisation.id == ImportBatch.organisation_id)
        .where(policy.visible_to(viewer))
    )


def get_batch(viewer: Viewer, batch_id: int, *, to_change: bool = False) -> ImportBatch:
    """The import with its office.

    :param to_change: others wait until the transaction ends
    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = sa.select(ImportBatch).where(ImportBatch.id == batch_id, policy.visible_to(viewer))
    found = found.options(joinedload(ImportBatch.organisation))
    if to_change:
        found = found.with_for_update(of=ImportBatch).execution_options(populate_existing=True)
    batch = db.session.scalars(found).one_or_none()
    if batch is None:
        raise NotFoundError
    return batch


def ids_of_batches(viewer: Viewer, organisation_id: int) -> frozenset[int]:
    """The imports of this office that the viewer may know of."""
    mine = ImportBatch.organisation_id == organisation_id
    found = sa.select(ImportBatch.id).where(mine, policy.visible_to(viewer))
    return frozenset(db.session.scalars(found))


def batch_at_work(batch_id: int) -> ImportBatch:
    """The import for the worker; others wait until the transaction ends."""
    return db.session.scalars(
        sa.select(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .options(joinedload(ImportBatch.organisation))
        .with_for_update(of=ImportBatch)
        .execution_options(populate_existing=True)
    ).one()


def taken_in_before(batch: ImportBatch) -> ImportBatch | None:
    """The last import of the very same file by this office; None when it was never taken in."""
    return db.session.scalars(
        sa.select(ImportBatch)
        .where(
            ImportBatch.organisation_id == batch.organisation_id,
            ImportBatch.digest == batch.digest,
            ImportBatch.status == BatchStatus.DONE,
            ImportBatch.id < batch.id,
        )
        .order_by(ImportBatch.id.desc())
        .limit(1)
    ).one_or_none()


def remembered(organisation_id: int, head: Sequence[str]) -> Mapping[str, Any]:
    """How the office last matched a file with these headings; {} when it never did."""
    last = db.session.scalars(
        sa.select(ImportBatch)
        .where(
            ImportBatch.organisation_id == organisation_id,
            ImportBatch.status != BatchStatus.MAPPING,
        )
        .order_by(ImportBatch.id.desc())
        .limit(REMEMBERED)
    )
    wanted = _own_columns(head)
    same = (row.mapping for row in last if _own_columns(row.head["columns"]) == wanted)
    return next(same, {})


def _own_columns(head: Sequence[str]) -> list[str]:
    """Without the last column of a file of errors, which we have put there."""
    return list(head[:-1] if head[-1] in ERROR_HEADINGS else head)


def offices(viewer: Viewer, *, today: date) -> list[tuple[int, str]]:
    """The offices the viewer imports for: the own ones, else those a centre files for."""
    own = accounts.offices_of(viewer)
    return own or accounts.offices_to_file_for(viewer, today=today)


def areas(viewer: Viewer, organisation_id: int) -> Sequence[AreaChoice]:
    """Areas for which the viewer may file for this office, by code; as `cases.filing` has it."""
    own = [s for s in viewer.as_role(Role.AGENCY) if s.organisation_id == organisation_id]
    if own:
        return accounts.areas_with_centre(frozenset().union(*(s.town_ids for s in own)))
    return accounts.areas_served_by_centre(viewer.area_ids(Role.CENTRE))


def lists_for(by: Viewer, organisation_id: int, *, today: date) -> Lists:
    """What this person may write into the coded columns for this office today."""
    choices = areas(by, organisation_id)
    found = taxonomy.codes(*CODE_LISTS)
    codes = {
        name.value: _names((c.code, c.name_ja, c.name_en) for c in found[name].values())
        for name in CODE_LISTS
    }
    classes = [(c.code, c.name_ja, c.name_en) for c in taxonomy.work_classes()]
    codes["work_class"] = _names([*classes, (OPEN_CLASS, "未定", "Not decided")])
    types = taxonomy.act_types(today)
    return Lists(
        codes=codes,
        areas=_area_names(choices),
        towns={area.id: area.municipality_id for area in choices},
        act_types=_names((act.code, act.name_ja, act.name_en) for act in types),
        today=today,
    )


def _names(codes: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Folded code and names → code; a code goes before a name of another."""
    known = list(codes)
    found = {text.fold(name): code for code, *names in known for name in names}
    return found | {text.fold(code): code for code, *_names in known}


def _area_names(choices: Sequence[AreaChoice]) -> dict[str, int | None]:
    """Folded code, name, town with name → area; None where several are called so."""
    codes = dict(
        db.session.execute(
            sa.select(Area.id, Area.code).where(Area.id.in_([area.id for area in choices]))
        ).all()
    )
    found: dict[str, int | None] = {}
    for area in choices:
        names = {area.name_ja, area.name_en}
        names |= {f"{area.town_ja}{area.name_ja}", f"{area.town_en}{area.name_en}"}
        for key in {text.fold(name) for name in (*names, codes[area.id])}:
            found[key] = None if key in found else area.id
    return found


@dataclass(frozen=True)
class Choice:
    """One answer of a coded column, as it is stored and as it is said."""

    value: str
    name: str


def choices(by: Viewer, organisation_id: int | None, *, today: date) -> dict[str, list[Choice]]:
    """Field → its answers in order, for drop-down lists and for saying what a code means.

    :param organisation_id: None for every area the viewer files for
    """
    found = taxonomy.codes(*CODE_LISTS)
    said = {
        column.field: [Choice(c.code, named(c)) for c in found[column.codes].values()]
        for column in COLUMNS
        if column.codes is not None
    }
    said["work_class"] = [Choice(c.code, named(c)) for c in taxonomy.work_classes()]
    said["work_class"].append(Choice(OPEN_CLASS, _("Not decided")))
    said["act_type"] = [Choice(act.code, named(act)) for act in taxonomy.act_types(today)]
    keys = [organisation_id] if organisation_id else []
    keys = keys or [key for key, _name in offices(by, today=today)]
    of_offices = {area.id: area for key in keys for area in areas(by, key)}
    said["area_id"] = [Choice(str(area.id), named(area)) for area in of_offices.values()]
    return said


def rows_of(batch_id: int, result: RowResult | None = None) -> Rows:
    """Rows of an import that was opened before, to page by id; of one result when it is given."""
    found = sa.select(
        ImportRow.id,
        ImportRow.number,
        ImportRow.cells,
        ImportRow.values,
        ImportRow.result,
        ImportRow.errors,
        ImportRow.case_id,
        ImportRow.before,
        Case.number.label("case_number"),
    ).outerjoin(Case, Case.id == ImportRow.case_id)
    wanted = [ImportRow.result == result] if result is not None else []
    return found.where(ImportRow.batch_id == batch_id, *wanted)


def bad_rows(batch_id: int, *, limit: int | None = None) -> Sequence[Any]:
    """The rows with errors in the order of the file."""
    found = rows_of(batch_id, RowResult.BAD).order_by(ImportRow.number, ImportRow.id)
    return db.session.execute(found.limit(limit)).all()


def staged(batch_id: int, *, after: int = 0, limit: int | None = None) -> Sequence[Any]:
    """Rows by id, with their cells, as they were stored; from one on."""
    return db.session.execute(
        sa.select(
            ImportRow.id, ImportRow.number, ImportRow.cells, ImportRow.values, ImportRow.errors
        )
        .where(ImportRow.batch_id == batch_id, ImportRow.id > after)
        .order_by(ImportRow.id)
        .limit(limit)
    ).all()


def read_rows(batch_id: int) -> Sequence[Any]:
    """Rows by id, as they were read, without their cells."""
    return db.session.execute(
        sa.select(ImportRow.id, ImportRow.number, ImportRow.values, ImportRow.errors)
        .where(ImportRow.batch_id == batch_id)
        .order_by(ImportRow.id)
    ).all()


def taken_rows(batch_id: int) -> Sequence[Any]:
    """Rows with a case, by id, with what it said before."""
    return db.session.execute(
        sa.select(ImportRow.id, ImportRow.result, ImportRow.case_id, ImportRow.before)
        .where(ImportRow.batch_id == batch_id, ImportRow.case_id.is_not(None))
        .order_by(ImportRow.id)
    ).all()


def first_rows(batch_id: int, count: int) -> Sequence[Any]:
    """The first rows of a file, to see whether it was read well."""
    return staged(batch_id, limit=count)


# What a case says, by field of a column; the rest of its row is not compared.
_COMPARED = [
    getattr(Case, "act_type_code" if name == "act_type" else name).label(name)
    for name, column in BY_FIELD.items()
    if column.kind is not ColumnKind.CODES and name not in {"row_id", "number", "office_ref"}
]


@dataclass(frozen=True)
class Found:
    """A case of the office that a row may be about, as it stands."""

    id: int
    number: str
    status: CaseStatus
    version: int
    municipality_id: int
    filed_by_id: int
    channel: Channel
    import_batch_id: int | None
    row_key: str | None
    client_key: str | None
    says: dict[str, Any]  # by field, in the shape of what a row says


def cases_by_key(organisation_id: int, keys: Iterable[str]) -> dict[str, Found]:
    """Cases of the office by the key of their row; withdrawn ones are no match."""
    live = Case.status != CaseStatus.WITHDRAWN
    found: dict[str, Found] = {}
    for some in in_parts(keys):
        for case in _cases(organisation_id, Case.row_key.in_(some), live):
            if case.row_key is not None:
                found[case.row_key] = case
    return found


def cases_by_number(organisation_id: int, numbers: Iterable[str]) -> dict[str, Found]:
    """Cases of the office by their number, withdrawn ones too."""
    return {
        case.number: case
        for some in in_parts(numbers)
        for case in _cases(organisation_id, Case.number.in_(some))
    }


def cases_by_id(organisation_id: int, ids: Iterable[int]) -> dict[int, Found]:
    """Cases of the office by id; others wait until the transaction ends."""
    found: dict[int, Found] = {}
    for some in in_parts(ids):
        db.session.execute(
            sa.select(Case.id).where(Case.id.in_(some)).order_by(Case.id).with_for_update()
        )
        found |= {case.id: case for case in _cases(organisation_id, Case.id.in_(some))}
    return found


def in_parts(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Each key once, in order, so many as fit into one statement."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _cases(organisation_id: int, *wanted: sa.ColumnElement[bool]) -> list[Found]:
    rows = db.session.execute(
        sa.select(
            Case.id,
            Case.number.label("case_number"),
            Case.status,
            Case.version,
            Case.municipality_id,
            Case.filed_by_id,
            Case.channel,
            Case.import_batch_id,
            Case.row_key,
            Case.client_key,
            *_COMPARED,
        )
        .where(Case.organisation_id == organisation_id, *wanted)
        .order_by(Case.id)
    ).all()
    households = _households([row.id for row in rows])
    return [
        Found(
            row.id,
            row.case_number,
            row.status,
            row.version,
            row.municipality_id,
            row.filed_by_id,
            row.channel,
            row.import_batch_id,
            row.row_key,
            row.client_key,
            _says(row) | {"household": households.get(row.id, [])},
        )
        for row in rows
    ]


def _says(row: Any) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in _COMPARED}
    return values | {"occurred_month": row.occurred_month.isoformat()}


def _households(case_ids: Sequence[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        sa.select(CaseTick.case_id, CaseTick.code)
        .where(CaseTick.case_id.in_(case_ids), CaseTick.kind == TickKind.HOUSEHOLD)
        .order_by(CaseTick.case_id, CaseTick.code)
    )
    found: dict[int, list[str]] = {}
    for case_id, code in rows:
        found.setdefault(case_id, []).append(code)
    return found
