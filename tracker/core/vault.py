"""Sealing a file so that whoever finds it can neither read, change nor shorten it.

AES-256-GCM over pieces of a megabyte. Each piece is bound to its place, to whether it is the last
one, and to the words at the head of the file, so that a cut, swapped or lengthened file is refused.
"""

import json
import os
from collections.abc import Iterator
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"kakehashi sealed 1\n"
PIECE = 1024 * 1024
TAG = 16  # bytes AES-GCM adds to each piece
LONGEST_HEAD = 4096
_SALT = 16


class SealError(Exception):
    """The file cannot be opened: another key, or it was changed, cut or lengthened."""


def seal(source: IO[bytes], target: IO[bytes], key: str, head: dict[str, Any]) -> None:
    """`target` holds everything of `source`, sealed; `head` can be read without the key."""
    salt = os.urandom(_SALT)
    top = MAGIC + json.dumps(head, sort_keys=True).encode() + b"\n" + salt.hex().encode() + b"\n"
    target.write(top)
    cipher = AESGCM(_derived(key, salt))
    for number, piece, is_last in _pieces(source, PIECE):
        target.write(cipher.encrypt(_nonce(number, is_last), piece, top))


def read_head(source: IO[bytes]) -> dict[str, Any]:
    """What stands at the head of a sealed file, not yet proven by the key.

    :raises SealError: when it is no sealed file
    """
    return _read_top(source)[0]


def unseal(source: IO[bytes], target: IO[bytes], key: str) -> dict[str, Any]:
    """`target` holds what was sealed; its head, now proven. Use nothing of it before the return.

    :raises SealError: for another key, and for a file that was changed, cut or lengthened
    """
    head, top, salt = _read_top(source)
    cipher = AESGCM(_derived(key, salt))
    for number, piece, is_last in _pieces(source, PIECE + TAG):
        try:
            target.write(cipher.decrypt(_nonce(number, is_last), piece, top))
        except InvalidTag:
            raise SealError("another key, or the file was changed or cut") from None
    return head


def _read_top(source: IO[bytes]) -> tuple[dict[str, Any], bytes, bytes]:
    lines = [source.readline(LONGEST_HEAD) for _line in range(3)]
    if lines[0] != MAGIC:
        raise SealError("this is no sealed file")
    try:
        head, salt = json.loads(lines[1]), bytes.fromhex(lines[2].decode("ascii").strip())
    except ValueError:
        raise SealError("the head of the file cannot be read") from None
    if not isinstance(head, dict) or len(salt) != _SALT:
        raise SealError("the head of the file cannot be read")
    return head, b"".join(lines), salt


def _pieces(source: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes and whether it is the last; there is always one, if only an empty one."""
    number, piece = 0, source.read(size)
    while True:
        following = source.read(size) if len(piece) == size else b""
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _derived(key: str, salt: bytes) -> bytes:
    """A key of this file alone, so that no nonce is used twice."""
    made = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"kakehashi backup")
    return made.derive(key.encode())
