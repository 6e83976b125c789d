"""The package of a workbook, looked at before anything in it is unpacked, for `tables_in`."""

import copy
import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from stat import S_ISLNK
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from flask_babel import gettext as _

from tracker.formats.tables import UnreadableFileError, damaged, macros

MOST_PARTS = 200
MOST_UNPACKED = 100_000_000  # bytes
MOST_RATIO = 100  # unpacked to packed

_CHUNK = 65_536
_END = struct.Struct("<4s4H2LH")  # the record a package ends in
_DIRECTORY_BYTES = 1_000  # for one part
_ENCRYPTED = 0x1  # flag of a part
_ERRORS = (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error)
_CONTENT_TYPES = "[content_types].xml"
_NEVER_IN_NAMES = ("\\", "&", "\0", ":")  # read differently by different programs


class Package:
    """The parts of a workbook; their names are told apart without regard to case.

    Strict about how it is laid out: whoever unpacks it next must find the same parts.

    :raises UnreadableFileError: for bombs, macros, links, packages in packages and other kinds
    """

    def __init__(self, data: bytes) -> None:
        _check_end(data)
        try:
            self._archive = ZipFile(BytesIO(data))
        except (*_ERRORS, struct.error) as error:
            raise damaged() from error
        entries = self._archive.infolist()
        _check_names(entries)
        self._parts = {entry.filename.lower(): entry for entry in entries}
        _check_kind(self._parts)
        _check_sizes(entries, len(data))
        for name in self._parts:
            self._check_part(name)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def size(self, name: str) -> int:
        """Bytes of the part when it is unpacked; 0 when there is none."""
        return self._parts[name.lower()].file_size if name in self else 0

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part, piece by piece.

        :raises UnreadableFileError: when it is longer than the directory says, or broken
        """
        entry = copy.copy(self._parts[name.lower()])
        entry.file_size += 1  # what is longer than it said would else be cut in silence
        length = 0
        try:
            with self._archive.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    length += len(chunk)
                    if length >= entry.file_size:
                        raise damaged()
                    yield chunk
        except UnreadableFileError:
            raise
        except _ERRORS as error:
            raise damaged() from error

    def _check_part(self, name: str) -> None:
        """Is there another package inside? Is it said to hold a program?"""
        start = next(self.chunks(name), b"")
        if start.startswith(b"PK\x03\x04"):
            raise UnreadableFileError(
                _("Another file is packed inside the workbook. Please take it out.")
            )
        if name == _CONTENT_TYPES:
            if self.size(name) > _CHUNK:
                raise damaged()
            if b"macroEnabled" in start or b"vbaProject" in start:
                raise macros()


def _check_end(data: bytes) -> None:
    """One directory of few parts, straight before the end: programs would differ on others."""
    if len(data) < _END.size:
        raise damaged()
    mark, _disk, _start, _here, parts, size, offset, comment = _END.unpack(data[-_END.size :])
    if mark != b"PK\x05\x06" or comment or offset + size + _END.size != len(data):
        raise damaged()
    if parts > MOST_PARTS or size > MOST_PARTS * _DIRECTORY_BYTES:
        raise _too_many_parts()


def _check_names(entries: Sequence[ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        raise _too_many_parts()
    names = [entry.orig_filename for entry in entries]
    if len({name.lower() for name in names}) < len(names):
        raise damaged()
    for entry, name in zip(entries, names, strict=True):
        odd = name.startswith("/") or ".." in name.split("/")
        if odd or any(sign in name for sign in _NEVER_IN_NAMES):
            raise damaged()
        if S_ISLNK(entry.external_attr >> 16):
            raise damaged()


def _check_kind(parts: dict[str, ZipInfo]) -> None:
    """Is it a workbook, and one without programs, passwords and links?"""
    if any(part.flag_bits & _ENCRYPTED for part in parts.values()):
        raise UnreadableFileError(_("The workbook has a password. Please save it without one."))
    if any("vbaproject" in name or "macrosheets/" in name for name in parts):
        raise macros()
    if "content.xml" in parts or "mimetype" in parts:
        raise UnreadableFileError(_("This is an OpenDocument file. Please save it as .xlsx."))
    if "xl/workbook.bin" in parts:
        raise UnreadableFileError(_("This is a binary workbook (.xlsb). Please save it as .xlsx."))
    if not {_CONTENT_TYPES, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts.keys():
        raise UnreadableFileError(_("This is not an Excel workbook (.xlsx)."))
    if any(name.startswith("xl/externallinks/") for name in parts):
        raise UnreadableFileError(
            _("The workbook links to other workbooks. Please break the links and save it again.")
        )


def _check_sizes(entries: Sequence[ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * packed:
        raise UnreadableFileError(
            _("Unpacked, the workbook would be too large. Please save only the table.")
        )
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise damaged()


def _too_many_parts() -> UnreadableFileError:
    return UnreadableFileError(
        _(
            "The workbook is made of more than %(most)s parts. Please save only the table.",
            most=MOST_PARTS,
        )
    )
