"""What an LMS lets a teacher choose, as its deep linking request says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from msgspec import Struct


class PickingError(ValueError):
    """The request cannot be answered; the text says what is wrong with it."""


class Picking(Struct, frozen=True, kw_only=True):
    """The claim deep_linking_settings (LTI Deep Linking 2.0, 4.4.1), but for where to answer."""

    accept_types: tuple[str, ...]
    accept_presentation_document_targets: tuple[str, ...] = ()
    accept_multiple: bool = False
    accept_media_types: tuple[str, ...] = ()
    auto_create: bool = False
    title: str = ""
    text: str = ""

    @classmethod
    def read(cls, claim: Mapping[str, Any]) -> Self:
        """Return what a claim says. Raises PickingError: it has nothing that could be chosen."""
        types = claim.get("accept_types")
        if not isinstance(types, list) or not all(isinstance(each, str) for each in types):
            raise PickingError("accept_types is no list of words.")
        targets = claim.get("accept_presentation_document_targets")
        return cls(
            accept_types=tuple(types),
            accept_presentation_document_targets=tuple(targets or ()),
            accept_multiple=claim.get("accept_multiple") in (True, "true"),
            auto_create=claim.get("auto_create") in (True, "true"),
            title=str(claim.get("title") or ""),
            text=str(claim.get("text") or ""),
        )
