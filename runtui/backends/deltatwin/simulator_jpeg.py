"""A baseline JPEG encoder that knows one colour for each block of 8x8 pixels: small, and read by any viewer."""

import struct
from collections.abc import Callable

Colour = Callable[[int, int], tuple[int, int, int]]
"""Red, green and blue (0 to 255) of the block in a column and a row."""

_QUANTUM = 8
# the standard's luminance table of DC code lengths (ITU-T T.81, table K.3): lengths 2 to 9 for the sizes 0 to 11
_DC_LENGTHS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
_DC_SIZES = tuple(range(12))
# one AC code is enough: the end of the block
_AC_LENGTHS = (1, *([0] * 15))


def jpeg_of(columns: int, rows: int, colour: Colour) -> bytes:
    """An image of `columns` x `rows` blocks."""
    width, height = columns * 8, rows * 8
    components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    scan = b"".join(bytes((number, 0x00)) for number in (1, 2, 3))
    parts = (
        b"\xff\xd8",
        _segment(0xE0, b"JFIF\x00\x01\x01\x00" + struct.pack(">HH", 1, 1) + b"\x00\x00"),
        _segment(0xDB, bytes((0, *([_QUANTUM] * 64)))),
        _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + components),
        _segment(0xC4, bytes((0x00, *_DC_LENGTHS, *_DC_SIZES))),
        _segment(0xC4, bytes((0x10, *_AC_LENGTHS, 0x00))),
        _segment(0xDA, b"\x03" + scan + b"\x00\x3f\x00"),
        _Bits().blocks(columns, rows, colour),
        b"\xff\xd9",
    )
    return b"".join(parts)


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _dc_codes() -> dict[int, tuple[int, int]]:
    codes: dict[int, tuple[int, int]] = {}
    code = 0
    sizes = iter(_DC_SIZES)
    for length, count in enumerate(_DC_LENGTHS, start=1):
        for _ in range(count):
            codes[next(sizes)] = (code, length)
            code += 1
        code <<= 1
    return codes


class _Bits:
    """Collects the entropy-coded bits of a scan."""

    def __init__(self) -> None:
        self._codes = _dc_codes()
        self._bits: list[str] = []
        self._last = [0, 0, 0]

    def blocks(self, columns: int, rows: int, colour: Colour) -> bytes:
        """The whole scan, byte-stuffed."""
        for row in range(rows):
            for column in range(columns):
                self._block(*colour(column, row))
        text = "".join(self._bits)
        text += "1" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")

    def _block(self, red: int, green: int, blue: int) -> None:
        light = 0.299 * red + 0.587 * green + 0.114 * blue
        levels = (light - 128, 0.564 * (blue - light), 0.713 * (red - light))
        for number, level in enumerate(levels):
            # the DC coefficient is eight times the mean of its block
            value = round(8 * level / _QUANTUM)
            self._difference(value - self._last[number])
            self._last[number] = value
            self._bits.append("0")

    def _difference(self, difference: int) -> None:
        size = abs(difference).bit_length()
        code, length = self._codes[size]
        self._bits.append(f"{code:0{length}b}")
        if size:
            raw = difference if difference > 0 else difference + (1 << size) - 1
            self._bits.append(f"{raw:0{size}b}")
