"""Sentences broken into lines between words."""

from runtui.render.widths import cell_width


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; a word that is wider than a line is broken. At least one line."""
    lines = [""]
    for word in text.split(" "):
        room = width - cell_width(lines[-1]) - (1 if lines[-1] else 0)
        if cell_width(word) <= room:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
            continue
        if lines[-1]:
            lines.append("")
        *full, lines[-1] = _broken(word, width)
        lines[-1:-1] = full
    return lines


def _broken(word: str, width: int) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and cell_width(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
