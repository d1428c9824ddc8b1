"""Why two records are taken together or kept apart: a closed list, with its sentences.

Places in a sentence are filled with the values of a ``Reason``, in order.
"""

from __future__ import annotations

from msgspec import Struct


class Reason(Struct, frozen=True, gc=False):
    """One piece of evidence: a code of ``SENTENCES`` and the values it rests on.

    Two values are those of the two records compared, in their order ("-" where one says nothing);
    one is that of both, and what one says of the other has none.
    """

    code: str
    values: tuple[str, ...] = ()

    @property
    def against(self) -> bool:
        """Whether it speaks against their being the same."""
        return self.code.startswith("other_")


class Sentence(Struct, frozen=True):
    """How a reason is told; ``{0}`` and ``{1}`` stand for its values."""

    nl: str
    en: str


SENTENCES: dict[str, Sentence] = {
    "identifier": Sentence("beide hebben {0}", "both have {0}"),
    "address": Sentence("beide leiden naar {0}", "both lead to {0}"),
    "said_same": Sentence(
        "een van beide zegt de ander in een andere vorm te zijn",
        "one of them says it is another format of the other",
    ),
    "said_translation": Sentence(
        "een van beide zegt een vertaling van de ander te zijn",
        "one of them says it is a translation of the other",
    ),
    "said_edition": Sentence(
        "een van beide zegt de ander te vervangen", "one of them says it replaces the other"
    ),
    "said_version": Sentence(
        "een van beide zegt een versie van de ander te zijn",
        "one of them says it is a version of the other",
    ),
    "said_part": Sentence(
        "een van beide zegt een deel van de ander te zijn",
        "one of them says it is part of the other",
    ),
    "title": Sentence("dezelfde titel: {0}", "the same title: {0}"),
    "title_shorter": Sentence(
        "dezelfde titel, eens zonder ondertitel: {0} / {1}",
        "the same title, once without its subtitle: {0} / {1}",
    ),
    "title_near": Sentence("vrijwel dezelfde titel: {0} / {1}", "nearly the same title: {0} / {1}"),
    "maker": Sentence("dezelfde makers: {0}", "the same makers: {0}"),
    "maker_some": Sentence("een gezamenlijke maker: {0}", "a maker in common: {0}"),
    "publisher": Sentence("dezelfde uitgever: {0}", "the same publisher: {0}"),
    "year": Sentence("hetzelfde jaar: {0}", "the same year: {0}"),
    "language": Sentence("dezelfde taal: {0}", "the same language: {0}"),
    "part": Sentence("hetzelfde deel: {0}", "the same part: {0}"),
    "edition": Sentence("dezelfde druk: {0}", "the same edition: {0}"),
    "version": Sentence("dezelfde versie: {0}", "the same version: {0}"),
    "other_title": Sentence("verschillende titels: {0} / {1}", "different titles: {0} / {1}"),
    "other_maker": Sentence("verschillende makers: {0} / {1}", "different makers: {0} / {1}"),
    "other_publisher": Sentence(
        "verschillende uitgevers: {0} / {1}", "different publishers: {0} / {1}"
    ),
    "other_year": Sentence("verschillende jaren: {0} / {1}", "different years: {0} / {1}"),
    "other_edition": Sentence("verschillende drukken: {0} / {1}", "different editions: {0} / {1}"),
    "other_version": Sentence("verschillende versies: {0} / {1}", "different versions: {0} / {1}"),
    "other_language": Sentence("verschillende talen: {0} / {1}", "different languages: {0} / {1}"),
    "other_part": Sentence("verschillende delen: {0} / {1}", "different parts: {0} / {1}"),
    "other_type": Sentence(
        "een ander soort materiaal: {0} / {1}", "another type of material: {0} / {1}"
    ),
    "other_identifier": Sentence(
        "verschillende nummers: {0} / {1}", "different identifiers: {0} / {1}"
    ),
}
