"""Pure: what a version of minutes changed, line by line, and word by word inside a changed line."""

from difflib import SequenceMatcher

from tracker.issues.differences import Kind, Piece, compare

# Longer passages are shown as taken out and put in as a whole: comparing words takes their square.
LONGEST_COMPARED = 1500


def changes(before: str, after: str) -> list[Piece]:
    """Both texts as one line of pieces, in order."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        out, put_in = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            found.append(Piece(Kind.KEPT, out))
        elif out and put_in and len(out) + len(put_in) <= LONGEST_COMPARED:
            found += compare(out, put_in)
        else:
            found += [Piece(Kind.OUT, out)] if out else []
            found += [Piece(Kind.IN, put_in)] if put_in else []
    return found
