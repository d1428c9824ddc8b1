"""What an LMS lets a teacher choose, as its deep linking request says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from msgspec import Struct

from webapp.lti.plain import plain

_MOST = 20  # words of one list; the standard knows five types and three targets
_WORD = 100  # characters of one
_TITLE, _TEXT = 255, 2000


class PickingError(ValueError):
    """The request cannot be answered; the text says what is wrong with it."""


class Picking(Struct, frozen=True, kw_only=True):
    """The claim deep_linking_settings (LTI Deep Linking 2.0, 4.4.1), but for where to answer.

    ``title`` and ``text`` are what the LMS would call a single item, plain text or "".
    ``accept_media_types`` are about files, of which we offer none.
    """

    accept_types: tuple[str, ...]
    accept_presentation_document_targets: tuple[str, ...]
    accept_multiple: bool = False
    accept_media_types: tuple[str, ...] = ()
    auto_create: bool = False
    title: str = ""
    text: str = ""

    @classmethod
    def read(cls, claim: Mapping[str, Any]) -> Self:
        """Return what a claim says. Raises PickingError: it has nothing that could be chosen.

        A list may be a text with commas, and a boolean a word: some platforms write them so. Of
        what may be left unsaid the least is taken: one item. A list of targets is always there,
        and may be empty (4.6.2).
        """
        types = _words(claim.get("accept_types"))
        if not types:
            raise PickingError("accept_types is no list of words.")
        targets = claim.get("accept_presentation_document_targets")
        if not isinstance(targets, list | str):
            raise PickingError("accept_presentation_document_targets is no list.")
        return cls(
            accept_types=types,
            accept_presentation_document_targets=_words(targets),
            accept_multiple=_yes(claim.get("accept_multiple")),
            accept_media_types=_words(claim.get("accept_media_types")),
            auto_create=_yes(claim.get("auto_create")),
            title=_said(claim.get("title"), _TITLE),
            text=_said(claim.get("text"), _TEXT),
        )


def _words(value: object) -> tuple[str, ...]:
    """Return the words of a list, once each; what is no word is let pass."""
    many = value.split(",") if isinstance(value, str) else value
    if not isinstance(many, list | tuple):
        return ()
    words = (_said(each, _WORD) for each in many[:_MOST])
    return tuple(dict.fromkeys(filter(None, words)))


def _said(value: object, most: int) -> str:
    return plain(value, most) if isinstance(value, str) else ""


def _yes(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")
