"""How a frame looks: a theme that may be set, and an accent that can be read on any ground of it.

The palettes are those of ``static/site.css``; here they are only chosen from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from webapp.framing import Frame

#: Contrast of text with its ground (WCAG 2.2, 1.4.3), and a little for rounding.
LEAST = 4.55
_GROUNDS = ("paper", "ground")
_STEPS = 50
_STRONGER = 0.28  # of the way on from the accent, for what is pointed at
_TINT = 0.1  # of the accent in the ground of what is chosen

_PALETTE = re.compile(r":root \{(.*?)\}", re.DOTALL)
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6});")

Colour = tuple[float, float, float]  # red, green, blue: 0 to 255


@cache
def palettes() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the colours of the light and of the dark theme by name, as ``#rrggbb``."""
    css = (resources.files("webapp") / "static" / "site.css").read_text("utf-8")
    light, dark = (dict(_COLOUR.findall(block)) for block in _PALETTE.findall(css)[:2])
    return light, {**light, **dark}


@lru_cache(256)
def style(frame: Frame) -> str:
    """Return the style sheet of a frame, which goes after that of the site."""
    light, dark = (_coloured(each, frame.accent) for each in palettes())
    if frame.theme == "light":
        return _root(light, frame.scheme)
    if frame.theme == "dark":
        return _root(dark, frame.scheme)
    if not frame.accent:
        return ""
    return _root(light) + f"@media (prefers-color-scheme: dark) {{\n{_root(dark)}}}\n"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    brighter, darker = sorted((_luminance(_read(one)), _luminance(_read(other))), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def accented(palette: Mapping[str, str], accent: str) -> dict[str, str]:
    """Return the colours of a palette that an accent changes.

    The accent is brought so far towards the ink of the theme that it can be read on all that it
    stands on: so an accent may be any colour.
    """
    dark = _luminance(_read(palette["paper"])) < 0.5  # noqa: PLR2004 the middle of 0 to 1
    end: Colour = (255, 255, 255) if dark else (0, 0, 0)
    wanted, paper = _read(f"#{accent}"), _read(palette["paper"])
    for step in range(_STEPS + 1):
        chosen = _mixed(wanted, end, step / _STEPS)
        tint = _written(_mixed(paper, chosen, _TINT))
        colour = _written(chosen)
        if min(contrast(colour, on) for on in (*map(palette.get, _GROUNDS), tint) if on) >= LEAST:
            break
    on_accent = max("#ffffff", "#000000", key=lambda each: contrast(colour, each))
    strong = _written(_mixed(chosen, end, _STRONGER))
    return {"accent": colour, "accent-strong": strong, "on-accent": on_accent, "tint": tint}


def _coloured(palette: Mapping[str, str], accent: str) -> dict[str, str]:
    return {**palette, **(accented(palette, accent) if accent else {})}


def _root(colours: Mapping[str, str], scheme: str = "") -> str:
    lines = [f"  --{name}: {colour};\n" for name, colour in colours.items()]
    lines += [f"  color-scheme: {scheme};\n"] if scheme else []
    return f":root {{\n{''.join(lines)}}}\n"


def _read(colour: str) -> Colour:
    digits = colour.removeprefix("#")
    if len(digits) == len("rgb"):
        digits = "".join(each * 2 for each in digits)
    red, green, blue = bytes.fromhex(digits)
    return (red, green, blue)


def _written(colour: Colour) -> str:
    return "#" + bytes(round(part) for part in colour).hex()


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def _luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    parts = (part / 255 for part in colour)
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]  # noqa: PLR2004 sRGB
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
