"""From the bytes of an answer to an XML tree, by a ladder that never loses a record silently.

1. Strict parse.
2. The bytes are put right (characters, references, what stands around the root) and parsed
   strictly again.
3. lxml's recovery, only where the closing root tag is there and no record goes missing: on a
   page cut in half it would make a well-formed document whose list seems to end.

From the second step on the tree is ``repaired``.
"""

from __future__ import annotations

import codecs
import html
import re
import sys
from html.entities import html5

from lxml import etree

from harvester.charset import codec
from harvester.raw import xml_parser

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]+)""", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?OAI-PMH(?=[\s/>])")
_END = re.compile(r"</(?:[\w.-]+:)?OAI-PMH\s*>")
_PROLOG = re.compile(r"<\?xml\s[^<>]*\?>|<!DOCTYPE[^<>\[]*>")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)  # one that never ends: once
_AMPERSAND = re.compile(r"&(?:#(\d{1,8});|#[xX]([0-9a-fA-F]{1,7});|(\w{1,32});)?")
_UNDECLARED = re.compile(r"Namespace prefix ([\w.-]+) ")
_HEADER = re.compile(r"<(?:[\w.-]+:)?header[\s>]")
_HEADER_END = re.compile(r"</(?:[\w.-]+:)?header\s*>")
_TOKEN = re.compile(r"resumptionToken[\s/>]")
_ERROR = re.compile(r"</(?:[\w.-]+:)?error\s*>")
_TITLE = re.compile(r"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)

_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SINGLE_BYTE = re.compile(r"iso8859|cp125|latin|ascii|charmap|koi8|mac")

#: What a prefix stands for, for servers that forget to say so.
_PREFIXES = {
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "lom": "http://ltsc.ieee.org/xsd/LOM",
    "imsmd": "http://www.imsglobal.org/xsd/imsmd_v1p2",
    "czp": "http://www.imsglobal.org/xsd/imsmd_v1p2",
    "marc": "http://www.loc.gov/MARC21/slim",
    "mods": "http://www.loc.gov/mods/v3",
    "didl": "urn:mpeg:mpeg21:2002:02-DIDL-NS",
    "xlink": "http://www.w3.org/1999/xlink",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


class UnreadableError(Exception):
    """An answer that is no OAI-PMH page; the text is the end of a sentence about it.

    Asking again may help: pages are cut off, and maintenance ends.
    """


def parse(body: bytes, media_type: str = "") -> tuple[etree._Element, bool]:
    """Return the root element, whose local name is OAI-PMH, and whether it was repaired.

    ``media_type`` is the Content-Type as sent. Raises UnreadableError.
    """
    if not body.strip():
        raise UnreadableError("is empty")
    charset = _charset(_CHARSET.search(media_type))
    declared = _DECLARED.match(body)
    label = codec(declared[1].decode()) if declared else ""
    if charset in ("", "utf-8") and label in ("", "utf-8"):
        try:
            return _strict(body), False
        except (etree.XMLSyntaxError, UnreadableError):
            pass
    text, as_labelled = decode(body, charset, label)
    if as_labelled:
        try:  # in the charset it said, by HTTP or by XML
            return _strict(_PROLOG.sub("", text, count=1).encode()), False
        except (etree.XMLSyntaxError, UnreadableError):
            pass
    return _mend(text, len(body)), True


def _strict(body: bytes) -> etree._Element:
    root = etree.fromstring(body, xml_parser())
    if etree.QName(root).localname != "OAI-PMH":
        raise UnreadableError(f"is a <{etree.QName(root).localname}>, not an <OAI-PMH>")
    if root.getroottree().docinfo.doctype:  # entities are not resolved, so their text is lost
        raise UnreadableError("has a document type")
    return root


def _charset(found: re.Match[str] | None) -> str:
    return codec(found[1]) if found else ""


def decode(body: bytes, charset: str, label: str) -> tuple[str, bool]:
    """Return the text, and whether it is what the first of its labels says.

    Byte order mark, HTTP charset, XML declaration, UTF-8, Windows-1252. One thing is believed
    above the labels: text outside ASCII that is valid UTF-8 is not ISO-8859-1.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace"), name == "utf-16"
    names = [name for name in (charset, label) if name] or ["utf-8"]
    guesses = [*names, "utf-8", "cp1252"]
    if _SINGLE_BYTE.match(names[0]) and not body.isascii():
        guesses.insert(0, "utf-8")
    for guess in guesses:
        try:
            return body.decode(guess), guess == names[0]
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1"), False


def _mend(text: str, size: int) -> etree._Element:
    start = _ROOT.search(text)
    if start is None:
        raise UnreadableError(_not_oai(text))
    ends = list(_END.finditer(text, start.end()))
    if not ends:
        raise UnreadableError(f"is truncated at byte {size}: </OAI-PMH> is not there")
    text = clean(text[start.start() : ends[-1].end()])
    try:
        return _declared(text)
    except etree.XMLSyntaxError as error:
        return _recover(text, error)


def _declared(text: str) -> etree._Element:
    """Parse strictly, declaring the prefixes that the server forgot to declare."""
    for _ in range(20):
        try:
            return _strict(text.encode())
        except etree.XMLSyntaxError as error:
            found = _UNDECLARED.search(str(error))
            if not found or f" xmlns:{found[1]}=" in text[:5000].partition(">")[0]:
                raise
            name = _PREFIXES.get(found[1], f"urn:undeclared:{found[1]}")
            text = re.sub(r"(?<=OAI-PMH)", f' xmlns:{found[1]}="{name}"', text, count=1)
    return _strict(text.encode())


def _recover(text: str, error: etree.XMLSyntaxError) -> etree._Element:
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    root = etree.fromstring(text.encode(), parser)
    if root is None or _loses(root, text):
        raise UnreadableError(f"is not well-formed: {clean(str(error))}") from error
    return root


def _loses(root: etree._Element, text: str) -> bool:
    """Tell whether a recovered tree lacks a record, the token or an error that the text names."""
    inside = ("{*}ListRecords/{*}record/{*}header", "{*}GetRecord/{*}record/{*}header",
              "{*}ListIdentifiers/{*}header")  # fmt: skip
    headers = sum(1 for path in inside for _ in root.iterfind(path))
    if headers < max(len(_HEADER.findall(text)), len(_HEADER_END.findall(text))):
        return True
    return any(
        found.search(text) and root.find(path) is None
        for found, path in ((_TOKEN, "{*}*/{*}resumptionToken"), (_ERROR, "{*}error"))
    )


def clean(text: str) -> str:
    """Return text in which only XML's own characters and references are left.

    Forbidden characters go, HTML's names become what they stand for, a stray ``&`` becomes
    ``&amp;``, and prologs inside the document disappear. CDATA keeps its ampersands.
    """
    text = _FORBIDDEN.sub("", text)
    parts = _CDATA.split(text)
    parts[::2] = [_AMPERSAND.sub(_reference, _PROLOG.sub("", part)) for part in parts[::2]]
    return "".join(parts)


def _reference(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        legal = number <= sys.maxunicode and not _FORBIDDEN.match(chr(number))
        return found[0] if legal else ""
    if name in _XML_NAMES:
        return found[0]
    if name and f"{name};" in html5:
        return html5[f"{name};"].replace("&", "&amp;").replace("<", "&lt;")
    return "&amp;" + found[0][1:]


def _not_oai(text: str) -> str:
    head = text[:2000].lstrip().lower()
    title = _TITLE.search(text[:20_000])
    if title:
        said = " ".join(_FORBIDDEN.sub("", html.unescape(title[1])).split())
        return f"is a web page titled {said!r}, not OAI-PMH"
    if head.startswith(("<!doctype html", "<html")):
        return "is a web page, not OAI-PMH"
    return f"is not OAI-PMH; it begins with {clean(text[:60].strip())!r}"
