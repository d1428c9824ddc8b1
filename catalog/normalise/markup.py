"""HTML, and text that was escaped once too often, to plain text.

The result is text, never HTML: a ``<`` that is mathematics stays as it is, and whoever shows the
text escapes it.
"""

from __future__ import annotations

import re
import sys
from html.entities import html5

# Where there is an & or a <, but none of these, there is nothing to do.
_REFERENCE = re.compile(r"&[#\w]+;")
_TAG_OR_END = re.compile(r"<\S|\]\]>")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_ESCAPED_AMPERSANDS = re.compile(r"&(?:amp;)+")

_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend main "
    "menu nav ol p pre section summary table tbody tfoot thead tr ul"
)
_INLINE_NAMES = (
    "a abbr acronym applet area audio b base basefont bdi bdo big button canvas cite code col "
    "colgroup data del dfn em embed font frame frameset i img input ins kbd label link map mark "
    "marquee meta meter nobr object optgroup option output param picture progress q rp rt ruby s "
    "samp slot small source span strike strong sub sup time track tt u var video wbr "
    "math mfenced mfrac mi mn mo mover mpadded mroot mrow ms mspace msqrt mstyle msub msubsup "
    "msup mtable mtext mtr munder munderover semantics"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INLINE = frozenset(_INLINE_NAMES.split())
_CELLS = frozenset({"td", "th", "mtd"})

# Elements of which the content, too, is not for reading. Unclosed, they run to the end of the
# text, as in a browser; that also keeps the search linear.
_DROPPED = (
    "script|style|template|noscript|noembed|noframes|iframe|svg|title|textarea|select|"
    "annotation-xml|annotation"
)
# Quotes may hold ">"; a quote that never closes is a letter like another.
_ATTRIBUTES = r"""(?:[\s/](?:[^<>"']|"[^"]*"|'[^']*')*+|[\s/][^<>]*+)?"""
_UNREADABLE = re.compile(
    rf"<({_DROPPED}){_ATTRIBUTES}(?:(?<=/)>|(?<!/)>.*?(?:</\1\s*>|\Z))|<!--.*?(?:-->|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(rf"<(/?)(?:(?:o|w|v|m|x|st1):)?([a-zA-Z][a-zA-Z0-9]*)({_ATTRIBUTES})>")
_STRAY_TAG = re.compile(rf"</?(?:{_DROPPED}){_ATTRIBUTES}>", re.IGNORECASE)
_DECLARATION = re.compile(
    r"<!\[CDATA\[|\]\]>|<!doctype\b[^<>]*>|<\?(?:xml|php)\b[^<>]*>", re.IGNORECASE
)
# A description that its source cut off in the middle of a tag.
_CUT_OFF = re.compile(r"<[a-zA-Z][a-zA-Z0-9]*\s++[a-zA-Z-]++\s*+=[^<>]*+\Z")
_FLAGS = frozenset({"async", "checked", "controls", "defer", "disabled", "hidden", "nowrap"})
_LINE_END = re.compile(r"(?<!\n)[ \t]*\n(?!\n|- )[ \t]*")


def marked(text: str) -> bool:
    """Tell whether ``text_of`` may have something to do; an ``&`` or ``<`` by itself is text."""
    if "&" in text and _REFERENCE.search(text):
        return True
    return "<" in text and _TAG_OR_END.search(text) is not None


def text_of(text: str) -> str:
    """Return ``text`` with one level of escaping undone and its HTML turned into lines.

    A blank line parts blocks and line breaks; an item of a list is a line that starts with
    ``- ``. What a browser would run or hide is gone, with its content.
    """
    if "&" in text:
        text = _ESCAPED_AMPERSANDS.sub("&", text)
        text = _ENTITY.sub(_character, text)
    if "<" in text:
        text = _UNREADABLE.sub(" ", _DECLARATION.sub("", text))
        text = _CUT_OFF.sub("", _STRAY_TAG.sub(" ", text))
        if any(tag[2].lower() in _BLOCKS for tag in _TAG.finditer(text)):
            text = _LINE_END.sub(" ", text)  # in HTML the end of a line is a blank
        text = _TAG.sub(_replacement, text)
    return text


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return html5.get(f"{name};", found[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code <= sys.maxunicode else ""


def _replacement(tag: re.Match[str]) -> str:
    closing, name, attributes = tag[1], tag[2].lower(), tag[3].strip("/ \t\r\n")
    if attributes and "=" not in attributes and not _FLAGS.issuperset(attributes.lower().split()):
        return tag[0]  # "a <b and c> d" compares; it is not bold
    if name in _BLOCKS:
        return "\n\n"
    if name == "li":
        return "" if closing else "\n- "
    if name in _CELLS:
        return " "
    return "" if name in _INLINE else tag[0]
