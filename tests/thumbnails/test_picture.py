"""What comes is made small, whatever it says it is; what is no picture, or a trap, is refused."""

from __future__ import annotations

import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from harvester.thumbnails.picture import PictureError, small


def picture(form: str, size: tuple[int, int] = (1200, 800), mode: str = "RGB") -> bytes:
    made = BytesIO()
    Image.new(mode, size, 128 if mode in {"L", "P", "1"} else None).save(made, form)
    return made.getvalue()


def opened(data: bytes) -> Image.Image:
    found = Image.open(BytesIO(data))
    found.load()
    return found


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"),
        ("PNG", "I;16"), ("PNG", "LA"), ("WEBP", "RGB"), ("GIF", "P"), ("AVIF", "RGB"),
    ],
)  # fmt: skip
def test_real_pictures_become_small_ones(form: str, mode: str) -> None:
    found = opened(small(picture(form, mode=mode)))
    assert found.format == "WEBP"
    assert found.size == (320, 213)


@pytest.mark.parametrize(
    ("size", "becomes"), [((3000, 100), (320, 11)), ((100, 3000), (11, 320)), ((64, 48), (64, 48))]
)
def test_shape_is_kept_and_nothing_grows(size: tuple[int, int], becomes: tuple[int, int]) -> None:
    assert opened(small(picture("PNG", size))).size == becomes


def test_what_lies_on_its_side_is_put_upright_and_says_nothing_more() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = "taken at home"
    made = BytesIO()
    Image.new("RGB", (600, 300)).save(made, "JPEG", exif=exif, comment=b"secret")
    data = small(made.getvalue())
    assert opened(data).size == (160, 320)
    assert b"taken at home" not in data
    assert b"secret" not in data


def test_of_what_moves_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    made = BytesIO()
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:])
    found = opened(small(made.getvalue()))
    assert getattr(found, "n_frames", 1) == 1
    assert found.convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]


def bomb(side: int) -> bytes:
    """Return a PNG of so many pixels squared that is a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return len(data).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    start = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no-picture"),
        (b"<!doctype html><title>Not here</title>", "no-picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "no-picture"),
        (b"%PDF-1.7 ...", "no-picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", "no-picture"),
        (b"BM" + b"\0" * 100, "no-picture"),
        (picture("BMP"), "no-picture"),
        (picture("TIFF"), "no-picture"),
        (picture("JPEG")[:600], "no-picture"),
        (picture("PNG", (1, 1)), "too-small"),
        (picture("PNG", (900, 30)), "too-small"),
        (bomb(6_000), "too-large"),
        (bomb(60_000), "no-picture"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PictureError, match=reason):
        small(data)


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.data())
def test_damage_is_never_an_accident(noise: bytes, form: str, data: st.DataObject) -> None:
    whole = picture(form, (80, 80))
    at = data.draw(st.integers(0, len(whole)))
    with suppress(PictureError):
        assert small(whole[:at] + noise + whole[at + len(noise) :])
