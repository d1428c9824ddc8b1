"""Small tables that several of the demonstration sources share: licences, levels, types."""

from __future__ import annotations

_CC = "https://creativecommons.org/"

#: Name of a licence to its address and its NL-LOM value; "yes" where the list has none for it.
LICENCES = {
    "CC BY 4.0": (f"{_CC}licenses/by/4.0/", "cc-by-40"),
    "CC BY-SA 4.0": (f"{_CC}licenses/by-sa/4.0/", "cc-by-sa-40"),
    "CC BY-ND 4.0": (f"{_CC}licenses/by-nd/4.0/", "cc-by-nd-40"),
    "CC BY-NC 4.0": (f"{_CC}licenses/by-nc/4.0/", "cc-by-nc-40"),
    "CC BY-NC-SA 4.0": (f"{_CC}licenses/by-nc-sa/4.0/", "cc-by-nc-sa-40"),
    "CC BY-NC-ND 4.0": (f"{_CC}licenses/by-nc-nd/4.0/", "cc-by-nc-nd-40"),
    "CC BY-SA 3.0": (f"{_CC}licenses/by-sa/3.0/", "yes"),
    "CC BY-NC 3.0": (f"{_CC}licenses/by-nc/3.0/", "yes"),
    "CC BY-NC-SA 3.0": (f"{_CC}licenses/by-nc-sa/3.0/", "yes"),
    "CC BY-NC-ND 3.0": (f"{_CC}licenses/by-nc-nd/3.0/", "yes"),
    "CC BY-SA 2.5": (f"{_CC}licenses/by-sa/2.5/", "yes"),
    "CC BY-SA 2.0": (f"{_CC}licenses/by-sa/2.0/", "yes"),
    "Public domain": (f"{_CC}publicdomain/mark/1.0/", "pdm-10"),
    "GFDL 1.3": ("https://www.gnu.org/licenses/fdl-1.3.html", "yes"),
    "EUPL 1.2": ("https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12", "yes"),
}

#: Level to its NL-LOM context, the identifier in the "onderwijsbegrippenkader", and its name.
LEVELS = {
    "po": ("PO", "512e4729-03a4-43a2-95ba-758071d1b725", "Primair onderwijs"),
    "vmbo": ("VO", "c7942bb1-bf4f-409f-bc98-9a0b02f175dc", "VMBO"),
    "havo": ("VO", "a3ddbe60-8478-4204-b769-6f5e9f4cbca2", "HAVO"),
    "vwo": ("VO", "ad9872e5-edc4-4a62-9ee7-ba7daceba2e0", "VWO"),
    "mbo": ("BVE", "f3ac3fbb-5eae-49e0-8494-0a44855fff25", "MBO"),
    "hbo": ("HBO", "be140797-803f-4b9e-81cc-5572c711e09c", "HBO"),
    "wo": ("WO", "bbbd99c6-cf49-4980-baed-12388f8dcff4", "WO"),
}

#: Type to its NL-LOM value, the one that its makers themselves use beside it (LOM 1.0, or the
#: field's own word), its name for Dublin Core, and its schema.org name.
TYPES = {
    "textbook": ("informatiebron", "narrative text", "Text", "textbook"),
    "course": ("gesloten opdracht", "course", "Course", "course"),
    "lesson": ("gesloten opdracht", "lecture", "InteractiveResource", "lesson plan"),
    "exercise": ("gesloten opdracht", "exercise", "InteractiveResource", "exercise"),
    "assessment": ("evaluatie- en toetsmateriaal", "exam", "InteractiveResource", "assessment"),
    "simulation": (
        "verkennings- en onderzoeksmateriaal",
        "simulation",
        "InteractiveResource",
        "simulation",
    ),
    "video": ("informatiebron", "kennisclip", "MovingImage", "video"),
    "podcast": ("informatiebron", "podcast", "Sound", "podcast"),
    "image": ("informatiebron", "figure", "Image", "image"),
    "reference": ("informatiebron", "index", "Text", "reference work"),
    "website": ("informatiebron", "narrative text", "InteractiveResource", "web page"),
    "dataset": ("verkennings- en onderzoeksmateriaal", "table", "Dataset", "data"),
    "tool": ("gereedschap", "experiment", "Software", "tool"),
    "guide": ("handleiding", "narrative text", "Text", "guide"),
    "training": ("professionaliseringsmateriaal", "narrative text", "Text", "teacher training"),
}

#: ISO 639-1 to ISO 639-2/B, which ONIX and MARC write.
BIBLIOGRAPHIC = {"nl": "dut", "en": "eng"}
