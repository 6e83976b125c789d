"""A sealed file: opened by its key alone, and refused when a byte of it is not as it was."""

import random
from io import BytesIO

import pytest

from tracker.core import vault
from tracker.core.vault import MAGIC, PIECE, SealError

KEY = "a key of the tests"


def sealed(content, key=KEY):
    target = BytesIO()
    vault.seal(BytesIO(content), target, key, {"kind": "sqlite"})
    return target.getvalue()


def noise(size):
    """Bytes, the same each time."""
    return random.Random(size).randbytes(size)  # noqa: S311 - no secret


def opened(file, key=KEY):
    target = BytesIO()
    head = vault.unseal(BytesIO(file), target, key)
    return head, target.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5])
def test_what_went_in_comes_out(size):
    content = noise(size)
    assert opened(sealed(content)) == ({"kind": "sqlite"}, content)


def test_another_key_opens_nothing():
    with pytest.raises(SealError):
        opened(sealed(b"cases"), "another key")


def test_the_same_file_is_never_sealed_alike():
    assert sealed(b"cases") != sealed(b"cases")


def test_every_changed_byte_is_noticed():
    file = sealed(b"cases of the town")
    for place in range(len(file)):
        changed = bytearray(file)
        changed[place] ^= 1
        with pytest.raises(SealError):
            opened(bytes(changed))


@pytest.mark.parametrize("lost", [1, 16, PIECE, PIECE + 16, PIECE + 17])
def test_a_cut_file_is_noticed(lost):
    file = sealed(noise(2 * PIECE + 5))
    with pytest.raises(SealError):
        opened(file[:-lost])


def test_a_lengthened_file_is_noticed():
    with pytest.raises(SealError):
        opened(sealed(b"cases") + b"x" * 40)


def test_pieces_put_into_another_order_are_noticed():
    file = sealed(noise(3 * PIECE))
    start = len(file) - 3 * (PIECE + 16)
    first, second = (file[start + n * (PIECE + 16) :][: PIECE + 16] for n in range(2))
    with pytest.raises(SealError):
        opened(file[:start] + second + first + file[start + 2 * (PIECE + 16) :])


@pytest.mark.parametrize("file", [b"", b"SQLite format 3\x00", MAGIC, MAGIC + b"{}\nzz\n"])
def test_what_is_no_sealed_file_is_refused(file):
    with pytest.raises(SealError):
        opened(file)
