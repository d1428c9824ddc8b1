"""Technical formats in the handful of groups in which people think of files."""

from __future__ import annotations

import functools

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_GOOGLE = "application/vnd.google-apps."

#: Group -> what the media types in it begin with (RFC 6838, lower case). Of two beginnings the
#: longer decides; plain ``application/xml`` and ``octet-stream`` tell nothing and are in no group.
GROUPS: dict[str, tuple[str, ...]] = {
    "web": ("text/html", "application/xhtml+xml"),
    "pdf": ("application/pdf",),
    "document": (
        "text/plain", "text/markdown", "text/rtf", "text/x-tex", "text/x-latex", "application/rtf",
        "application/msword", "application/vnd.ms-word", _OFFICE + "wordprocessingml",
        _OPEN + "text", _GOOGLE + "document", "application/vnd.apple.pages", "application/epub",
        "application/x-mobipocket", "application/vnd.amazon", "application/x-tex",
        "application/x-latex", "application/postscript", "image/vnd.djvu", "application/djvu",
    ),
    "presentation": (
        "application/vnd.ms-powerpoint", _OFFICE + "presentationml", _OPEN + "presentation",
        _GOOGLE + "presentation", "application/vnd.apple.keynote",
    ),
    "video": (
        "video/", "application/mp4", "application/x-mpegurl", "application/vnd.apple.mpegurl",
        "application/dash+xml", "application/vnd.rn-realmedia",
    ),
    "audio": ("audio/", "application/ogg"),
    "image": ("image/", "application/vnd.adobe.photoshop", "application/illustrator"),
    "interactive": (
        "application/x-shockwave-flash", "application/vnd.adobe.flash", "application/javascript",
        "application/x-javascript", "text/javascript", "application/vnd.geogebra",
        "application/x-geogebra", "application/x-h5p", "application/vnd.h5p", "application/h5p",
        "application/x-ipynb", "application/java-archive", "application/x-java", "model/",
        "application/vnd.unity", "application/cdf", "application/vnd.wolfram",
    ),
    "dataset": (
        "text/csv", "text/tab-separated-values", "application/csv", "application/json",
        "application/geo+json", "application/ld+json", "application/vnd.ms-excel",
        _OFFICE + "spreadsheetml", _OPEN + "spreadsheet", _GOOGLE + "spreadsheet",
        "application/vnd.apple.numbers", "application/x-spss", "application/x-sas",
        "application/x-stata", "application/x-rdata", "application/x-hdf", "application/x-netcdf",
        "application/netcdf", "application/x-matlab", "application/vnd.sqlite3",
        "application/x-sqlite3", "application/vnd.apache.parquet", "chemical/",
    ),
    "package": (
        "application/zip", "application/x-zip", "application/gzip", "application/x-gzip",
        "application/x-tar", "application/x-gtar", "application/x-7z", "application/vnd.rar",
        "application/x-rar", "application/x-bzip", "application/x-xz", "application/x-scorm",
        "application/vnd.ims", "application/x-imscp", "application/vnd.moodle",
    ),
}  # fmt: skip

_BEGINNINGS = sorted(
    ((start, group) for group, starts in GROUPS.items() for start in starts),
    key=lambda pair: -len(pair[0]),
)


_LONGEST = max(len(start) for start, _ in _BEGINNINGS)


def groups(media_types: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups that these media types are in, each once, in the order of the types."""
    return _groups(tuple([each[:_LONGEST] for each in media_types])) if media_types else ()


@functools.lru_cache(maxsize=1024)
def _groups(beginnings: tuple[str, ...]) -> tuple[str, ...]:
    found = dict.fromkeys([_group(each) for each in beginnings])
    found.pop("", None)
    return tuple(found)


def _group(beginning: str) -> str:
    return next((group for start, group in _BEGINNINGS if beginning.startswith(start)), "")
