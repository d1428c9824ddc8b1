"""Values of EDItEUR's ONIX code lists (issue 75) that mean something to a catalogue of materials.

Only the codes are theirs; the words beside them are ours.
"""

from __future__ import annotations

from collections.abc import Callable

#: List 1: messages that describe no material to be found.
NOTICES = {
    "08": "a notice of sale", "09": "a notice of acquisition",
    "88": "a test update", "89": "a test record",
}  # fmt: skip
#: Elements that stand directly in a Product only in ONIX 2.1.
ONIX_2 = (
    "title", "productform", "distinctivetitle", "mainsubject", "contributor", "othertext",
    "maindescription", "annotation", "publicationdate", "publisher", "imprint", "supplydetail",
)  # fmt: skip

#: List 5.
IDENTIFIERS = {
    "02": "isbn", "06": "doi", "15": "isbn", "22": "urn", "34": "issn",
}  # fmt: skip
#: Of several identifiers of a related product, which one to name it by.
PREFERRED = ("doi", "isbn", "urn", "issn", "")

#: List 64.
STATUS = {
    "01": "cancelled", "02": "forthcoming", "03": "postponed", "04": "active",
    "05": "transferred", "06": "out of stock", "07": "out of print", "08": "inactive",
    "10": "remaindered", "11": "withdrawn", "12": "recalled", "13": "active", "15": "recalled",
    "16": "temporarily withdrawn", "17": "withdrawn", "18": "active",
}  # fmt: skip

#: List 153, best first.
DESCRIPTIONS = ("03", "30", "02", "05", "27", "04")
#: List 158: thumbnail, front cover, cover, full cover, product image.
COVERS = ("27", "01", "03", "29", "07")
#: List 73: full content, available content, DOI, then pages about this very work.
WEBSITE_ROLES = ("29", "05", "32", "36", "38", "37", "02", "09", "08", "40", "00", "")
WEBSITES = (
    ("productsupply", "supplydetail", "supplier"),
    ("publishingdetail", "publisher"),
    ("productsupply", "marketpublishingdetail", "publisherrepresentative"),
)

#: List 51.
RELATIONS = {
    "01": "haspart", "02": "ispartof", "03": "replaces", "05": "isreplacedby",
    "06": "isformatof", "07": "relation", "08": "relation", "11": "isversionof",
    "13": "isformatof", "18": "isversionof", "19": "hasversion", "27": "hasformat",
    "28": "hasversion", "29": "hasversion", "34": "references", "39": "relation",
    "40": "relation", "42": "isversionof", "43": "isbasedon", "44": "hasversion",
}  # fmt: skip

#: List 27.
KEYWORDS = frozenset({"20", "B2"})
SUBJECTS = {
    "01": "ddc", "02": "ddc", "03": "lcc", "04": "lcsh", "05": "nlm", "06": "mesh", "09": "udc",
    "10": "bisac", "12": "bic", "27": "swd", "29": "clil", "32": "nur", "34": "siso",
    "36": "ddc", "91": "gnd", "93": "thema", "94": "thema:place", "95": "thema:language",
    "96": "thema:period", "97": "thema:education", "98": "thema:interest", "99": "thema:style",
    "B0": "eurovoc", "B6": "fast", "C6": "isced-f",
}  # fmt: skip

#: List 28.
AUDIENCES = {
    "01": "general", "02": "children", "03": "teenagers", "04": "primary and secondary education",
    "05": "tertiary education", "06": "professional and scholarly",
    "07": "English as a foreign language", "08": "adult education",
    "09": "second language teaching", "11": "pre-primary education",
    "12": "primary education", "13": "lower secondary education", "14": "upper secondary education",
}  # fmt: skip
#: List 29.
AUDIENCE_SCHEMES = {"01": "onix:28", "": "onix:28", "23": "cefr", "30": "isced-2011"}
RATINGS = frozenset({"03", "04", "05", "10", "16", "22", "24", "28"})
#: List 30: ages, in months and in years; the rest are grades.
AGES = frozenset({"15", "16", "17", "18"})

#: List 150, and by their first letter those that are not named.
FORMS = {
    "AJ": "downloadable audio", "AN": "downloadable and online audio", "AO": "online audio",
    "DB": "CD-ROM", "DI": "DVD-ROM", "EA": "digital, delivered electronically",
    "EB": "digital download and online", "EC": "digital online", "ED": "digital download",
    "PH": "kit", "PI": "sheet music", "PK": "poster",
}  # fmt: skip
_FORM_GROUPS = {
    "A": "audio", "B": "book", "C": "map", "D": "digital on a carrier", "E": "digital",
    "F": "film or slides", "L": "digital licence", "M": "microform", "P": "print", "S": "set",
    "V": "video", "Z": "merchandise",
}  # fmt: skip
#: List 81.
CONTENT = {
    "01": "audiobook", "02": "spoken performance", "03": "music recording", "04": "audio",
    "05": "game or puzzle", "06": "video", "07": "images", "08": "software", "09": "data",
    "10": "text", "11": "musical notation", "12": "maps", "13": "speech", "18": "photographs",
    "19": "figures and diagrams", "22": "additional audio", "24": "animations",
    "25": "narrative animation", "26": "video of a reading", "28": "video",
    "30": "additional video",
    "33": "data set with software", "42": "assessment material", "47": "chemical content",
    "48": "mathematical content",
}  # fmt: skip
#: List 175: what a file is.
MEDIA_TYPES = {
    "A103": "audio/mpeg", "A104": "audio/wav", "A107": "audio/aac", "A108": "audio/ogg",
    "A110": "audio/flac", "E101": "application/epub+zip", "E103": "application/msword",
    "E104": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "E105": "text/html", "E106": "application/vnd.oasis.opendocument.text",
    "E107": "application/pdf", "E108": "application/pdf", "E109": "application/rtf",
    "E112": "text/plain", "E113": "application/xhtml+xml", "E127": "application/x-mobipocket-ebook",
    "E150": "application/epub+zip",
}  # fmt: skip

#: List 196, as schema.org and the W3C's accessibility vocabulary call it.
ACCESSIBILITY = {
    "11": "tableOfContents", "12": "index", "13": "readingOrder", "14": "alternativeText",
    "15": "longDescription", "17": "MathML", "18": "ChemML", "19": "pageBreakMarkers",
    "20": "synchronizedAudioText", "21": "ttsMarkup", "26": "highContrastDisplay",
    "27": "highContrastAudio", "28": "audioDescription", "29": "structuralNavigation",
    "30": "ARIA", "34": "MathML-chemistry", "35": "latex", "36": "displayTransformability",
    "37": "highContrastDisplay", "41": "pageNavigation", "53": "describedMath",
    "54": "latex-chemistry",
}  # fmt: skip
ACCESS_MODES = {"51": "auditory", "52": "textual"}
#: List 143.
HAZARDS = {
    "00": "none", "13": "flashing", "14": "noFlashingHazard", "15": "sound",
    "16": "noSoundHazard", "17": "motionSimulation", "18": "noMotionSimulationHazard",
    "24": "unknownFlashingHazard", "25": "unknownSoundHazard",
    "26": "unknownMotionSimulationHazard",
}  # fmt: skip


def form(code: str) -> str:
    """Return what a product form is, or the name of its group."""
    return FORMS.get(code) or _FORM_GROUPS.get(code[:1], "")


def _clock(hours: str, minutes: str, seconds: str) -> str:
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    said = "".join(f"{number.lstrip('0')}{unit}" for number, unit in parts if number.strip("0"))
    return f"PT{said}" if said else ""


def _packed(value: str) -> str:
    """Read HHHMMSS."""
    return _clock(value[:-4], value[-4:-2], value[-2:]) if value.isdecimal() else ""


def _units(unit: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        return f"PT{value}{unit}" if value.replace(".", "", 1).isdecimal() else ""

    return read


#: List 24: how each unit of time is written, as ISO 8601.
CLOCKS: dict[str, Callable[[str], str]] = {
    "04": _units("H"),
    "05": _units("M"),
    "06": _units("S"),
    "14": _units("H"),
    "15": lambda value: _packed(value + "00"),
    "16": _packed,
}
