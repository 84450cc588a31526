"""Images as cells: two pixels above each other in each, or a letter for how light they are where there is no colour.

Images are decoded by Pillow (some 60 ms to import), which comes with `pip install runtui[images]`.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 80_000_000
"""An image that says it has more is not decoded."""
LIGHTNESS = " .:-=+*#%@"
WITHOUT_PILLOW = "pip install 'runtui[images]' lets images be shown here."
_KEPT = 1024
"""Pixels of the longer side that are kept: more than any terminal has cells for."""


class PictureError(ValueError):
    """An image that cannot be shown; its text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image small enough to be kept. `pixels` are red, green and blue of each, row by row.

    `format`, `full_width` and `full_height` are those of the file.
    """

    width: int
    height: int
    pixels: bytes
    format: str
    full_width: int
    full_height: int


PixelRow = list[tuple[tuple[int, int, int], tuple[int, int, int]]]
"""The upper and the lower pixel of each cell."""


def read_picture(content: bytes) -> Picture:
    """The image that these bytes are, its first frame, on black where it is transparent. Raises PictureError.

    It may take seconds: call it in a thread.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise PictureError(WITHOUT_PILLOW) from None
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise PictureError(f"the image is too large to be shown here: {width} x {height} pixels")
            image.draft("RGB", (_KEPT, _KEPT))
            small = _on_black(image)
            small.thumbnail((_KEPT, _KEPT))
            return Picture(small.width, small.height, small.tobytes(), image.format or "image", width, height)
    except UnidentifiedImageError:
        raise PictureError("the image is of a kind that cannot be shown here") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise error if isinstance(error, PictureError) else PictureError(f"the image is damaged: {error}") from None


def _on_black(image: "Image") -> "Image":
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        from PIL.Image import alpha_composite, new

        full = image.convert("RGBA")
        return alpha_composite(new("RGBA", full.size, (0, 0, 0, 255)), full).convert("RGB")
    return image.convert("RGB")


def fitted_size(picture: Picture, columns: int, rows: int) -> tuple[int, int]:
    """Columns and rows of cells that show all of it in its proportions, a cell being twice as high as wide."""
    if not (picture.width and picture.height and columns > 0 and rows > 0):
        return 0, 0
    scale = min(columns / picture.width, 2 * rows / picture.height, 4.0)
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale / 2))


def cell_pixels(picture: Picture, columns: int, rows: int) -> list[PixelRow]:
    """The picture in so many cells. Each pixel shown is the mean of those it stands for."""
    from PIL import Image

    image = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels)
    small = image.resize((columns, rows * 2), Image.Resampling.BOX)
    raw = small.tobytes()
    stride = columns * 3
    lines = [raw[at : at + stride] for at in range(0, len(raw), stride)]
    return [
        [(_pixel(upper, x), _pixel(lower, x)) for x in range(columns)]
        for upper, lower in zip(lines[::2], lines[1::2], strict=True)
    ]


def png_of(picture: Picture, width: int, height: int) -> bytes:
    """The picture as a PNG of so many pixels; it is never made larger."""
    from PIL import Image

    image = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels)
    image.thumbnail((width, height))
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def _pixel(line: bytes, x: int) -> tuple[int, int, int]:
    return line[3 * x], line[3 * x + 1], line[3 * x + 2]


def letter_of(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> str:
    """How light a cell is, as a letter."""
    light = sum(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (upper, lower)) / 2
    return LIGHTNESS[min(len(LIGHTNESS) - 1, int(light * len(LIGHTNESS) / 256))]
