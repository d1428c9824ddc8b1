"""What came from an address, as a small picture of our own making; or why it is none."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps

WIDTH = HEIGHT = 320  # pixels that a picture may have at most
LARGEST = 5 * 1024 * 1024  # bytes that are fetched
_SMALLEST = 48  # pixels; what is smaller was made to count visitors, or to stand in a tab
_MOST_PIXELS = 25_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # no SVG: it is a document, and may hold anything
_QUALITY = 70


class PictureError(Exception):
    """What came is no picture for us: ``no-picture``, ``too-small`` or ``too-large``."""


def small(data: bytes) -> bytes:
    """Return the picture as WebP, 320 by 320 pixels at most, without anything but its pixels.

    What it is is told by its bytes alone, never by a header or a name. Of what moves the first
    picture is taken. Raises PictureError.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd chunks and bombs; the size is looked at here
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                _check(*picture.size)
                picture.draft("RGB", (WIDTH * 2, HEIGHT * 2))  # a JPEG is decoded smaller at once
                return _made_small(picture)
    except PictureError:
        raise
    except Exception as error:  # decoders raise whatever comes to them of damaged files
        raise PictureError("no-picture") from error


def _check(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise PictureError("too-large")
    if min(width, height) < _SMALLEST:
        raise PictureError("too-small")


def _made_small(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    made = BytesIO()
    plain.save(made, "WEBP", quality=_QUALITY, method=4)
    return made.getvalue()
