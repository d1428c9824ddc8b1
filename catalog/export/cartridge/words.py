"""What a cartridge says of itself, in Dutch and English."""

from __future__ import annotations

from msgspec import Struct


class Words(Struct, frozen=True):
    """``page`` is how the name of the file begins that names sources and licences."""

    language: str
    page: str
    sources: str
    title: str
    materials: str
    capped: str
    gone: str
    left_out: str
    keep: str
    licences: str
    found_at: str
    described_at: str
    nothing: str


_WORDS = {
    "nl": Words(
        language="nl",
        page="bronnen-en-licenties",
        sources="Bronnen en licenties",
        title="Leermateriaal uit {catalogue}",
        materials="Links naar leermateriaal van anderen: {count}.",
        capped="Dit zijn de eerste {count} van {total}.",
        gone="Weggelaten, want niet meer in de catalogus: {count}.",
        left_out="Weggelaten, want zonder webadres: {count}.",
        keep="Elk materiaal houdt zijn eigen licentie.",
        licences="Licenties: {licences}.",
        found_at="Gekozen in {catalogue}",
        described_at="Beschrijving in {catalogue}",
        nothing="Er is geen materiaal in dit pakket.",
    ),
    "en": Words(
        language="en",
        page="sources-and-licences",
        sources="Sources and licences",
        title="Learning materials from {catalogue}",
        materials="Links to learning materials by others: {count}.",
        capped="These are the first {count} of {total}.",
        gone="Left out, as no longer in the catalogue: {count}.",
        left_out="Left out, as without a web address: {count}.",
        keep="Each material keeps its own licence.",
        licences="Licences: {licences}.",
        found_at="Chosen in {catalogue}",
        described_at="Description in {catalogue}",
        nothing="There is no material in this package.",
    ),
}


def in_words(language: str) -> Words:
    """Return the words in Dutch (nl), or else in English."""
    return _WORDS["nl" if language.partition("-")[0] == "nl" else "en"]
