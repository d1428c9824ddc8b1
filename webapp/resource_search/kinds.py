"""Types of materials, by the list of Resource Search 1.0 and by ours (HCRT)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

OTHER = "Other"
#: Ours -> theirs; what is not here is ``Other``.
KINDS: Mapping[str, str] = {
    "video": "Media/Video",
    "audio": "Media/Audio",
    "textbook": "Text/Textbook",
    "text": "Text/Document",
    "slide": "Lecture",
    "script": "Text/Document",
    "course": "Collection/Course",
    "lesson_plan": "Collection/Lesson",
    "worksheet": "Activity/Worksheet",
    "drill_and_practice": "Activity/Learning",
    "assessment": "Assessment/Formative",
    "questionnaire": "Assessment/Item",
    "case_study": "Activity/Learning",
    "simulation": "Interactive/Simulation",
    "experiment": "Activity/Experiment",
    "educational_game": "Game",
    "image": "Media/Images/Visuals",
    "diagram": "Media/Images/Visuals",
    "map": "Media/Images/Visuals",
    "sheet_music": "Text/Document",
    "index": "Text/Reference",
    "web_page": "Text/Website",
    "portal": "Text/Website",
}


def theirs(types: Iterable[str]) -> list[str]:
    """Return the types of a material by their list, at least one."""
    return list(dict.fromkeys(KINDS.get(each, OTHER) for each in types)) or [OTHER]


def ours(said: str, *, whole: bool) -> tuple[str, ...]:
    """Return our types whose names in their list are ``said``, or have it in them."""
    wanted = said.casefold().strip()
    return tuple(
        mine
        for mine, name in KINDS.items()
        if (name.casefold() == wanted if whole else wanted in name.casefold())
    )
