"""The keys of advice on licences in Dutch and English, for whoever has no translations of its own.

A sentence may name the licences that it is about: ``{about}``. A key is what it answers and the
answer, ``adapt.no``; or what it is and its name, ``duty.credit``, ``reason.nd``.
"""

from __future__ import annotations

from catalog.export.licence.advice import Advice
from catalog.export.licence.combining import Making, Outcome

LANGUAGES = ("nl", "en")

_WORDS: dict[str, tuple[str, str]] = {
    # what may I do
    "use.yes": ("Je mag het gebruiken zoals het is.", "You may use it as it is."),
    "use.conditions": (
        "Je mag het gebruiken zoals het is, onder voorwaarden.",
        "You may use it as it is, on conditions.",
    ),
    "share.yes": ("Je mag het kopiëren en delen.", "You may copy and share it."),
    "share.conditions": (
        "Je mag het kopiëren en delen, onder voorwaarden.",
        "You may copy and share it, on conditions.",
    ),
    "share.no": (
        "Je mag er geen kopieën van verspreiden.",
        "You may not pass copies of it on.",
    ),
    "share.unsure": (
        "Of je er kopieën van mag verspreiden, is niet te zeggen.",
        "Whether you may pass copies of it on cannot be told.",
    ),
    "adapt.yes": (
        "Je mag het bewerken en je bewerking delen.",
        "You may adapt it and share what you make of it.",
    ),
    "adapt.conditions": (
        "Je mag het bewerken en je bewerking delen, onder voorwaarden.",
        "You may adapt it and share what you make of it, on conditions.",
    ),
    "adapt.no": (
        "Je mag geen bewerking ervan delen.",
        "You may not share an adaptation of it.",
    ),
    "adapt.unsure": (
        "Of je een bewerking ervan mag delen, is niet te zeggen.",
        "Whether you may share an adaptation of it cannot be told.",
    ),
    "sell.yes": ("Je mag er geld mee verdienen.", "You may earn money with it."),
    "sell.conditions": (
        "Je mag er geld mee verdienen, onder dezelfde voorwaarden.",
        "You may earn money with it, on the same conditions.",
    ),
    "sell.no": ("Je mag er geen geld mee verdienen.", "You may not earn money with it."),
    "sell.unsure": (
        "Of je er geld mee mag verdienen, is niet te zeggen.",
        "Whether you may earn money with it cannot be told.",
    ),
    # what is asked in return
    "duty.credit": ("Noem de makers.", "Name the makers."),
    "duty.licence_link": ("Verwijs naar de licentie.", "Link to the licence."),
    "duty.say_changed": ("Zeg of je iets hebt veranderd.", "Say whether you changed anything."),
    "duty.share_alike": (
        "Deel wat je ervan maakt onder dezelfde licentie.",
        "Share what you make of it under the same licence.",
    ),
    "duty.no_profit": (
        "Gebruik het niet om er geld mee te verdienen.",
        "Do not use it to earn money.",
    ),
    "duty.education_only": ("Gebruik het alleen in het onderwijs.", "Use it in education alone."),
    "duty.keep_notice": (
        "Laat de vermelding van de rechten en de tekst van de licentie erbij staan.",
        "Keep the copyright notice and the text of the licence with it.",
    ),
    "duty.licence_text": (
        "Voeg de hele tekst van de licentie toe.",
        "Add the whole text of the licence.",
    ),
    "duty.give_source": (
        "Geef er de bron bij: het bestand waarin het te bewerken is.",
        "Give the source with it: the file in which it can be edited.",
    ),
    # what is good to know
    "note.link": ("Ernaar verwijzen mag altijd.", "You may always link to it."),
    "note.ask": (
        "Vraag de makers om toestemming voor je het kopieert of bewerkt.",
        "Ask the makers before you copy or adapt it.",
    ),
    "note.no_endorsement": (
        "Wek niet de indruk dat de makers achter jouw gebruik staan.",
        "Do not suggest that the makers endorse what you do.",
    ),
    "note.nd_private": (
        "Voor jezelf mag je het bewerken; alleen delen mag je dat niet.",
        "You may adapt it for yourself; only share that you may not.",
    ),
    "note.read_terms": (
        "Lees de voorwaarden bij de bron.",
        "Read the terms at the source.",
    ),
    # what cannot be told
    "unsure.third_parties": (
        "Delen van anderen erin, en portretten, kunnen andere rechten hebben.",
        "Parts by others in it, and portraits, may have other rights.",
    ),
    "unsure.no_version": (
        "De versie van de licentie staat er niet bij; voorwaarden verschillen per versie.",
        "The version of the licence is not stated; conditions differ between versions.",
    ),
    "unsure.port": (
        "Dit is een nationale vertaling van de licentie, met eigen details.",
        "This is a national port of the licence, with details of its own.",
    ),
    "unsure.nc_meaning": (
        "Wat geld verdienen is, is niet scherp: betaalde cursussen zijn een grijs gebied.",
        "What counts as commercial is not sharply defined: paid courses are a grey area.",
    ),
    "unsure.mark": (
        "Het merkteken zegt wat iemand ervan weet; in andere landen kan het nog beschermd zijn.",
        "The mark says what somebody knows of it; in other countries it may still be protected.",
    ),
    "unsure.software": (
        "De licentie is voor software gemaakt; wat zij voor ander materiaal zegt, is onduidelijk.",
        "The licence was made for programs; what it means for other material is not clear.",
    ),
    "unsure.database": (
        "De licentie gaat over een verzameling gegevens, niet vanzelf over wat erin staat.",
        "The licence is about a collection of data, not necessarily about what is in it.",
    ),
    "unsure.statement": (
        "Dit is een mededeling over rechten en geen licentie.",
        "This is a statement about rights and no licence.",
    ),
    "unsure.contract": (
        "Een contract kan het gebruik beperken.",
        "A contract may restrict its use.",
    ),
    "unsure.other_law": (
        "Andere wetten dan het auteursrecht kunnen het gebruik beperken.",
        "Other laws than copyright may restrict its use.",
    ),
    "unsure.us_only": (
        "Het is vrij in de Verenigde Staten; in Europa kan dat anders zijn.",
        "It is free in the United States; in Europe that may differ.",
    ),
    "unsure.taverne": (
        "Het artikel is open op grond van artikel 25fa van de Auteurswet; dat is geen licentie.",
        "The article is open by article 25fa of the Dutch copyright act, which is no licence.",
    ),
    "unsure.terms": (
        "De voorwaarden van de bron kennen wij niet.",
        "We do not know the terms of the source.",
    ),
    "unsure.unknown": (
        "De bron zegt niet onder welke licentie het staat.",
        "The source does not say under which licence it is.",
    ),
    # several together: whether, and why
    "adaptation.yes": ("Dit mag je samen bewerken.", "You may adapt these together."),
    "adaptation.conditions": (
        "Dit mag je samen bewerken, onder voorwaarden.",
        "You may adapt these together, on conditions.",
    ),
    "adaptation.no": (
        "Dit mag je niet tot één werk bewerken en delen.",
        "You may not make one work of these and share it.",
    ),
    "adaptation.unsure": (
        "Of je dit samen mag bewerken, is niet te zeggen.",
        "Whether you may adapt these together cannot be told.",
    ),
    "collection.yes": ("Dit mag je naast elkaar delen.", "You may share these side by side."),
    "collection.conditions": (
        "Dit mag je naast elkaar delen, onder voorwaarden.",
        "You may share these side by side, on conditions.",
    ),
    "collection.no": (
        "Dit mag je niet naast elkaar delen; ernaar verwijzen mag.",
        "You may not share these side by side; you may link to them.",
    ),
    "collection.unsure": (
        "Of je dit naast elkaar mag delen, is niet te zeggen; ernaar verwijzen mag.",
        "Whether you may share these side by side cannot be told; you may link to them.",
    ),
    "reason.reserved": ("Alle rechten zijn voorbehouden.", "All rights are reserved."),
    "reason.taverne": (
        "Artikel 25fa geeft alleen toegang, geen recht om te delen of te bewerken.",
        "Article 25fa gives access alone, no right to share or adapt.",
    ),
    "reason.statement": (
        "Een mededeling over rechten geeft geen toestemming: {about}.",
        "A statement about rights gives no permission: {about}.",
    ),
    "reason.unknown": (
        "Van een deel is niet bekend wat ermee mag.",
        "Of one part it is not known what may be done with it.",
    ),
    "reason.terms": (
        "Van een deel kennen wij de voorwaarden niet.",
        "Of one part we do not know the terms.",
    ),
    "reason.nd": (
        "{about} staat niet toe dat een bewerking wordt gedeeld.",
        "{about} does not allow an adaptation to be shared.",
    ),
    "reason.nc_against_sa": (
        "{about}: de ene verbiedt geld verdienen, de andere verbiedt zo'n verbod toe te voegen.",
        "{about}: one forbids to earn money, the other forbids to add such a restriction.",
    ),
    "reason.nc_against_copyleft": (
        "{about}: een vrije licentie laat geen verbod op geld verdienen toe.",
        "{about}: a free licence does not admit a ban on earning money.",
    ),
    "reason.sa_versions": (
        "{about}: versie 1.0 van gelijk delen laat geen andere versie toe.",
        "{about}: version 1.0 of ShareAlike admits no other version.",
    ),
    "reason.gpl_needs_3": (
        "{about}: CC BY-SA gaat alleen over in versie 3 van de GPL.",
        "{about}: CC BY-SA can become version 3 of the GPL alone.",
    ),
    "reason.gpl_needs_4": (
        "{about}: alleen versie 4.0 van CC BY-SA is verenigbaar verklaard met de GPL.",
        "{about}: only version 4.0 of CC BY-SA was declared compatible with the GPL.",
    ),
    "reason.apache_gpl2": (
        "{about}: de eerste versies van de GPL staan niet toe wat Apache vraagt.",
        "{about}: the earlier versions of the GPL do not admit what Apache asks.",
    ),
    "reason.copylefts_differ": (
        "{about}: elk eist dat het geheel onder die licentie verschijnt.",
        "{about}: each asks that the whole go out under that licence.",
    ),
    "reason.not_declared": (
        "Dat {about} samengaan, heeft niemand vastgesteld; de voorwaarden lijken het toe te laten.",
        "Nobody has declared that {about} go together; their conditions seem to allow it.",
    ),
    "reason.one_way_gpl": (
        "{about} mag overgaan in de GPL, en niet terug.",
        "{about} may become the GPL, and not the reverse.",
    ),
    "reason.sa_decides": (
        "{about} bepaalt de licentie van het geheel.",
        "{about} decides the licence of the whole.",
    ),
    "reason.nc_decides": (
        "Met het geheel mag niemand geld verdienen, door {about}.",
        "Nobody may earn money with the whole, because of {about}.",
    ),
    "reason.copyleft_decides": (
        "{about} bepaalt de licentie van het geheel.",
        "{about} decides the licence of the whole.",
    ),
    "reason.no_limits": (
        "Aan geen van de delen zijn voorwaarden verbonden.",
        "No conditions are attached to any of the parts.",
    ),
    "reason.credit_all": (
        "Je kiest zelf een licentie, en noemt de makers van alle delen.",
        "You choose a licence yourself, and name the makers of all parts.",
    ),
    "reason.keep_apart": (
        "Elk deel houdt zijn eigen licentie; zeg bij elk welke.",
        "Each part keeps its own licence; say which with each.",
    ),
    "reason.nc_holds": (
        "Zolang {about} erbij is, mag niemand met het geheel geld verdienen.",
        "As long as {about} is among them, nobody may earn money with the whole.",
    ),
}
KEYS = tuple(_WORDS)


def say(key: str, language: str = "en", about: tuple[str, ...] = ()) -> str:
    """Return the sentence for a key, such as ``adapt.no``. Raises KeyError for one that is none."""
    sentence = _WORDS[key][0 if language.partition("-")[0] == "nl" else 1]
    return sentence.replace("{about}", ", ".join(about))


def advice_in_words(found: Advice, language: str = "en") -> tuple[str, ...]:
    """Return the answers, what is asked, what is good to know and what is unsure, in this order."""
    answers = [f"{name}.{getattr(found, name)}" for name in ("use", "share", "adapt", "sell")]
    return tuple(
        say(key, language)
        for key in (*answers, *_keys("duty", found.duties), *_keys("note", found.notes),
                    *_keys("unsure", found.unsure))
    )  # fmt: skip


def outcome_in_words(found: Outcome, making: Making, language: str = "en") -> tuple[str, ...]:
    """Return the answer, the reasons, whether one may sell, the duties and what is unsure."""
    return (
        say(f"{making}.{found.allowed}", language),
        *(say(f"reason.{reason.key}", language, reason.about) for reason in found.reasons),
        say(f"sell.{found.sell}", language),
        *(say(key, language) for key in _keys("duty", found.duties)),
        *(say(key, language) for key in _keys("unsure", found.unsure)),
    )


def _keys(kind: str, names: tuple[str, ...]) -> list[str]:
    return [f"{kind}.{name}" for name in names]
