"""What a person may have meant by a word that is not known."""

from collections.abc import Iterable


def near_matches(word: str, known: Iterable[str]) -> str:
    """A sentence for a hint: the known words most like `word`, or all of them when none is."""
    import difflib  # commands that have nothing to complain of are not to pay for it

    words = sorted(known)
    near = difflib.get_close_matches(word.lower(), words, n=3, cutoff=0.6)
    near = near or difflib.get_close_matches(word, words, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(repr(one) for one in near)}?"
    return f"Known here: {', '.join(words)}." if words else ""
