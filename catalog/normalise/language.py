"""Languages: ISO 639-1, -2/B, -2/T and -3 codes, BCP 47 tags and names in, BCP 47 out."""

from __future__ import annotations

import functools
import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import pycld2
from babel import Locale, localedata
from babel.core import get_global

_ALIASES: Mapping[str, str] = get_global("language_aliases")  # dut, nld -> nl; iw -> he
_LIKELY: Mapping[str, str] = get_global("likely_subtags")  # sr -> sr_Cyrl_RS; zh_TW -> zh_Hant_TW

_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{1,8})*+", re.IGNORECASE)
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis", "xx", "xxx", "un"})

#: Varieties that readers choose between; of other tags the region is left out.
_REGIONS_THAT_MATTER = frozenset({("pt", "BR")})

#: Languages that are called by their name in Dutch, English, German, French and in themselves.
_NAMING = ("en", "nl", "de", "fr")
_OWN_NAMES = (
    "af ar bg bs ca cs cy da el es et eu fa fi fo fy ga gl he hi hr hu hy id is it ja ka ko ku lb "
    "lt lv mk mt nb nn no nds pl ps pt ro ru sk sl so sq sr sv sw ta th ti tr uk ur vi zh"
)
_MORE_NAMES = {
    "fries": "fy",
    "frisian": "fy",
    "west-fries": "fy",
    "farsi": "fa",
    "mandarin": "zh",
    "mandarijn": "zh",
    "greek, modern": "el",
    "modern greek": "el",
    "castilian": "es",
    "castellano": "es",
    "papiaments": "pap",
    "nedersaksisch": "nds",
    "norwegian bokmål": "nb",
    "norsk": "no",
    "norsk bokmål": "nb",
    "norsk nynorsk": "nn",
    "brazilian": "pt-BR",
}
_SEPARATOR = re.compile(r"\s*[;,/|&+]\s*")
_JOINING = "(?:en|and|und|et)"  # two of these are languages themselves
_AND = re.compile(rf"\s+{_JOINING}(?:\s+|$)|^{_JOINING}\s+(?!{_JOINING}\s)")
_QUALIFIER = re.compile(r"\s*\([^()]*\)\Z")

# Shorter texts are guessed wrongly too often: Dutch for Afrikaans, Norwegian for Danish.
_LEAST_LETTERS = 40
_MOST_LETTERS = 4000
_LEAST_PERCENT = 85


@functools.lru_cache(maxsize=4096)
def tag(said: str) -> str:
    """Return the BCP 47 tag of one language, or "" where ``said`` names none.

    The region goes (nl-NL -> nl) and the script stays where it is not the language's usual one
    (zh-Hant, sr-Latn), so that one language is one value of a facet.
    """
    said = said.strip()
    if "://" in said:  # id.loc.gov, lexvo.org and op.europa.eu name languages by address
        said = said.rstrip("/#").rsplit("/", 1)[-1]
    if _TAG.fullmatch(said):
        found = _from_tag(said)
        if found or len(said) <= len("nld"):
            return found
    name = _QUALIFIER.sub("", said).casefold()
    return _names().get(name, "")


def _from_tag(said: str) -> str:
    first, *rest = said.replace("_", "-").split("-")
    first = first.lower()
    if first in _NO_LANGUAGE:
        return ""
    code, _, script = _ALIASES.get(first, first).partition("_")
    if code not in _known():
        return ""
    region = ""
    for subtag in rest:
        if len(subtag) == 1:  # an extension or private use follows: RFC 5646, 2.2.6
            break
        if len(subtag) == 4 and subtag.isalpha():  # noqa: PLR2004 a script: RFC 5646, 2.2.3
            script = subtag.title()
        elif len(subtag) == 2 and subtag.isalpha():  # noqa: PLR2004 a region: RFC 5646, 2.2.4
            region = subtag.upper()
    return _shortest(code, script, region)


def _shortest(code: str, script: str, region: str) -> str:
    usual = _script(_LIKELY.get(code, ""))
    script = script or _script(_LIKELY.get(f"{code}_{region}", "")) or usual
    if usual and script and script != usual:
        return f"{code}-{script}"
    return f"{code}-{region}" if (code, region) in _REGIONS_THAT_MATTER else code


def _script(likely: str) -> str:
    parts = likely.split("_")
    return parts[1] if len(parts) > 1 else ""


@functools.cache
def _known() -> frozenset[str]:
    english = Locale("en").languages
    return frozenset(key for key in map(str, english) if "_" not in key) - _NO_LANGUAGE


@functools.cache
def _names() -> dict[str, str]:
    """Return tags by case-folded name. Earlier languages win where two use one name."""
    names = dict(_MORE_NAMES)
    for naming in _NAMING:
        for key, name in _named_in(naming).items():
            if found := _from_tag(key):
                names.setdefault(name.casefold(), found)
    for own in _OWN_NAMES.split():
        if called := _named_in(own).get(own):
            names.setdefault(called.casefold(), own)
    return names


def _named_in(language: str) -> dict[str, str]:
    """Return what languages are called in one of them, by code.

    Read by itself: Babel would keep all else that is in the file, a megabyte for each language.
    What a language takes over from another is left out.
    """
    with Path(localedata.resolve_locale_filename(language)).open("rb") as file:
        found: dict[str, str] = pickle.load(file)["languages"]  # noqa: S301 it comes with Babel
        return found


def tags(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages named, each once, in order; "Nederlands en Engels" names two."""
    if not said:
        return ()
    if len(said) == 1 and (only := tag(said[0])):
        return (only,)
    found: dict[str, None] = {}
    for value in said:
        if one := tag(value):
            found[one] = None
        else:
            found.update(dict.fromkeys(_several(value)))
    return tuple(found)


@functools.lru_cache(maxsize=1024)
def _several(said: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _SEPARATOR.split(said):
        found += [tag(part)] if tag(part) else map(tag, _AND.split(part))
    return tuple(filter(None, found))


def detect(text: str) -> str:
    """Return the language of ``text``, or "" where that is not sure: too short, mixed, unknown."""
    if len(text) < _LEAST_LETTERS:
        return ""
    text = text[:_MOST_LETTERS].replace("\n", " ")
    if not text.isprintable():  # the detector refuses controls and lone surrogates
        text = "".join(one if one.isprintable() else " " for one in text)
    try:
        reliable, _, found = pycld2.detect(text, isPlainText=True)
    except pycld2.error:
        return ""
    _, code, percent, _ = found[0]
    return tag(code) if reliable and percent >= _LEAST_PERCENT else ""
