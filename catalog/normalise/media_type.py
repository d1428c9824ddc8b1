"""Technical formats to media types (RFC 6838), lower case and without parameters."""

from __future__ import annotations

import functools
import mimetypes
import re

from catalog.normalise.text import plain

#: Parameters may follow, and in EPrints the address of the file itself.
_TYPE = re.compile(
    r"(?:https?://www\.iana\.org/assignments/media-types/)?"
    r"((?:application|audio|chemical|font|image|message|model|multipart|text|video)"
    r"/[a-z0-9][a-z0-9!#$&^_.+-]{0,126})(?:[\s;,].*)?",
    re.IGNORECASE,
)
_LONGEST = 500
_EXTENSION = re.compile(r"[*.]*\.?([a-z0-9]{2,5})", re.IGNORECASE)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_WORDS = {
    "pdf": "application/pdf", "adobe pdf": "application/pdf", "adobe acrobat": "application/pdf",
    "html": "text/html", "web page": "text/html", "webpagina": "text/html",
    "epub": "application/epub+zip", "epub3": "application/epub+zip", "scorm": "application/zip",
    "zip": "application/zip", "word": _OFFICE + "wordprocessingml.document",
    "docx": _OFFICE + "wordprocessingml.document", "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation", "excel": _OFFICE + "spreadsheetml.sheet",
    "powerpoint": _OFFICE + "presentationml.presentation", "doc": "application/msword",
    "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "odt": "application/vnd.oasis.opendocument.text", "mp3": "audio/mpeg", "mp4": "video/mp4",
    "ods": "application/vnd.oasis.opendocument.spreadsheet", "webm": "video/webm",
    "odp": "application/vnd.oasis.opendocument.presentation", "markdown": "text/markdown",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
    "svg": "image/svg+xml", "rtf": "application/rtf", "latex": "application/x-tex",
    "plain text": "text/plain", "txt": "text/plain", "xml": "application/xml",
    "h5p": "application/zip", "mobi": "application/x-mobipocket-ebook",
    "ipynb": "application/x-ipynb+json",
}  # fmt: skip
_ALIASES = {
    "application/x-pdf": "application/pdf", "text/pdf": "application/pdf",
    "application/x-zip-compressed": "application/zip", "application/x-zip": "application/zip",
    "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav", "text/xml": "application/xml", "text/x-html": "text/html",
    "application/word": "application/msword", "application/powerpoint":
    "application/vnd.ms-powerpoint", "application/excel": "application/vnd.ms-excel",
    "application/mspowerpoint": "application/vnd.ms-powerpoint", "text/rtf": "application/rtf",
    "video/x-mp4": "video/mp4", "application/epub": "application/epub+zip",
}  # fmt: skip
#: The table of Python alone, so that a machine's own /etc/mime.types changes nothing.
_EXTENSIONS = mimetypes.MimeTypes(filenames=()).types_map[1]


def media_types(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``said`` as media types where it can be told; other words stay as said."""
    if not said:
        return ()
    if len(said) == 1:
        found = _media_type(said[0])
        return (found,) if found else ()
    return tuple(dict.fromkeys(found for one in said if (found := _media_type(one))))


def _media_type(said: str) -> str:
    said = plain(said)
    return _known(said) if len(said) <= _LONGEST else said


@functools.lru_cache(maxsize=4096)
def _known(said: str) -> str:
    found = _TYPE.fullmatch(said)
    if found:
        name = found[1].lower()
        return _ALIASES.get(name, name)
    word = said.casefold()
    extension = _EXTENSION.fullmatch(word)
    if extension and (said[0] in ".*"):
        known = _EXTENSIONS.get("." + extension[1], "")
        return _WORDS.get(extension[1]) or _ALIASES.get(known, known) or said
    return _WORDS.get(word, said)
