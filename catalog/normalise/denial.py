"""Denials: "not licensed under CC BY" states no licence, and "geen open access" no access.

Only words that lead up to a term may stand between it and the negation, so what is said of
something else ("not altered", "niet-commercieel", "not only") denies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = """
    a an any the this it is are be been being as of by to in into under within with from on and or
    yet currently fully entirely open free part subject terms conditions public have has carry fall
    available licensed licenced license licence licenses released published distributed shared
    offered covered protected made provided issued placed
    een de het dit onder met van en als nog meer langer volledig geheel deel tot valt vallen vrij
    beschikbaar gelicentieerd gelicenseerd vrijgegeven gepubliceerd uitgegeven uitgebracht gedeeld
    verspreid aangeboden geplaatst licentie licenties voorwaarden publieke
    ein eine einer einem einen der die das dem den im unter mit von mehr steht stehen lizenz
    lizenziert ver\u00f6ffentlicht freigegeben bereitgestellt verf\u00fcgbar bedingungen
    un une le la l du d des dans sous avec plus publi\u00e9e? distribu\u00e9e? disponible
    cc cc0 by nc nd sa creative commons attribution naamsvermelding namensnennung sharealike
    gelijkdelen noncommercial nietcommercieel noderivatives noderivs international internationaal
""".split()  # noqa: SIM905 read as prose
_LEADING = rf"(?:{'|'.join(_WORDS)}|v?\d(?:\.\d)?|https?:/\S++)(?!\w)"
_GAP = r"[\s_/(\"'\u2018-\u201f\u2010-\u2015-]"
_NEGATION = (
    r"not|never|no longer|(?:is|are|do|does)n[' \u2019]t|"  # English, then Dutch, German, French
    r"niet|nooit|geen|nicht|kein(?:e[mnrs]?)?|pas"
)
_DENIED = re.compile(rf"\b(?:(?:{_NEGATION})(?:{_GAP}+{_LEADING})*|no){_GAP}+(?:https?:/+)?\Z")
_REACH = 100  # characters before a term that are looked at


def stated(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches in ``text``, in lower case, that no negation before them denies."""
    for found in pattern.finditer(text):
        start = found.start()
        if not _DENIED.search(text, max(0, start - _REACH), start):
            yield found


def states(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether ``text``, in lower case, has a match that is not denied."""
    return any(True for _ in stated(pattern, text))
