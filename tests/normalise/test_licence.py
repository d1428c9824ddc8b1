"""Statements of rights, as sources write them."""

from __future__ import annotations

import time

import pytest

from catalog.normalise.licence import UNKNOWN, licence

CC = "https://creativecommons.org/"


@pytest.mark.parametrize(
    ("said", "url", "spdx", "openness"),
    [
        # NL-LOM 6.2
        ("cc-by-40", "licenses/by/4.0/", "CC-BY-4.0", "open"),
        ("cc_by_sa_40", "licenses/by-sa/4.0/", "CC-BY-SA-4.0", "open"),
        ("cc-by-nc-nd-40", "licenses/by-nc-nd/4.0/", "CC-BY-NC-ND-4.0", "restricted"),
        ("cc-by-30", "licenses/by/3.0/nl/", "CC-BY-3.0-NL", "open"),
        ("cc-by-nc-sa-30", "licenses/by-nc-sa/3.0/nl/", "", "restricted"),
        ("cc0-10", "publicdomain/zero/1.0/", "CC0-1.0", "open"),
        ("pdm-10", "publicdomain/mark/1.0/", "CC-PDM-1.0", "open"),
        # addresses
        (CC + "licenses/by/4.0/", "licenses/by/4.0/", "CC-BY-4.0", "open"),
        ("http://www.creativecommons.org/licenses/BY/4.0", "licenses/by/4.0/", "CC-BY-4.0", "open"),
        (CC + "licenses/by/4.0/deed.nl", "licenses/by/4.0/", "CC-BY-4.0", "open"),
        (CC + "licenses/by-nd/4.0/legalcode", "licenses/by-nd/4.0/", "CC-BY-ND-4.0", "restricted"),
        (CC + "licenses/by/4.0/nl/", "licenses/by/4.0/", "CC-BY-4.0", "open"),  # 4.0 has no ports
        (CC + "licenses/by-sa/3.0/nl/deed.en", "licenses/by-sa/3.0/nl/", "", "open"),
        (CC + "licenses/by-nc/3.0/es/", "licenses/by-nc/3.0/es/", "", "restricted"),
        (CC + "licenses/by/3.0/igo/", "licenses/by/3.0/igo/", "CC-BY-3.0-IGO", "open"),
        (f"See ({CC}licenses/by-sa/4.0).", "licenses/by-sa/4.0/", "CC-BY-SA-4.0", "open"),
        (CC + "licenses/by-sa/", "licenses/by-sa/", "", "open"),
        (CC + "licenses/sa/1.0/", "licenses/sa/1.0/", "", "open"),
        (CC + "licenses/nd-nc/1.0/", "licenses/nd-nc/1.0/", "", "restricted"),
        (CC + "licenses/sa/4.0/", "licenses/sa/", "", "open"),  # no such version
        (CC + "licenses/by/5.0/", "licenses/by/", "", "open"),  # no such version
        (CC + "publicdomain/zero/1.0/", "publicdomain/zero/1.0/", "CC0-1.0", "open"),
        (CC + "licenses/publicdomain/", "licenses/publicdomain/", "CC-PDDC", "open"),
        ("https://spdx.org/licenses/CC-BY-4.0.html", "licenses/by/4.0/", "CC-BY-4.0", "open"),
        # words
        ("CC BY-SA 4.0", "licenses/by-sa/4.0/", "CC-BY-SA-4.0", "open"),
        ("CC-BY-4.0", "licenses/by/4.0/", "CC-BY-4.0", "open"),
        ("CC BY NC SA", "licenses/by-nc-sa/", "", "restricted"),
        ("CC\u2013BY\u2013SA", "licenses/by-sa/", "", "open"),
        ("CC-BY", "licenses/by/", "", "open"),  # no version is guessed
        ("Creative Commons BY-NC 3.0 NL", "licenses/by-nc/3.0/nl/", "", "restricted"),
        ("by-nc-sa 4.0", "licenses/by-nc-sa/4.0/", "CC-BY-NC-SA-4.0", "restricted"),
        ("Attribution 4.0 International", "licenses/by/4.0/", "CC-BY-4.0", "open"),
        ("Creative Commons Attribution 4.0 International (CC BY 4.0)", "licenses/by/4.0/",
         "CC-BY-4.0", "open"),
        ("CC Attribution-NonCommercial-ShareAlike 4.0 International license",
         "licenses/by-nc-sa/4.0/", "CC-BY-NC-SA-4.0", "restricted"),
        ("Creative Commons Naamsvermelding-GelijkDelen", "licenses/by-sa/", "", "open"),
        ("Naamsvermelding-NietCommercieel-GeenAfgeleideWerken 3.0 Nederland",
         "licenses/by-nc-nd/3.0/", "CC-BY-NC-ND-3.0", "restricted"),
        ("Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 4.0 International",
         "licenses/by-sa/4.0/", "CC-BY-SA-4.0", "open"),
        ("Namensnennung-Nicht kommerziell-Keine Bearbeitungen 4.0 International",
         "licenses/by-nc-nd/4.0/", "CC-BY-NC-ND-4.0", "restricted"),
        ("Namensnennung \u2013 Keine kommerzielle Nutzung \u2013 Keine Bearbeitung 3.0 Deutschland",
         "licenses/by-nc-nd/3.0/", "CC-BY-NC-ND-3.0", "restricted"),
        ("Creative Commons Namensnennung", "licenses/by/", "", "open"),
        (("Attribution - Pas d\u2019Utilisation Commerciale - Partage dans les M\u00eames "
          "Conditions 4.0 International"), "licenses/by-nc-sa/4.0/",
         "CC-BY-NC-SA-4.0", "restricted"),
        ("Attribution - Pas de Modification 4.0 International (CC BY-ND)", "licenses/by-nd/4.0/",
         "CC-BY-ND-4.0", "restricted"),
        ("Licence Creative Commons Attribution - Partage dans les M\u00eames Conditions",
         "licenses/by-sa/", "", "open"),
        (("Paternit\u00e9 - Pas d'Utilisation Commerciale - Partage des Conditions Initiales "
          "\u00e0 l'Identique 2.0 France"), "licenses/by-nc-sa/2.0/",
         "CC-BY-NC-SA-2.0", "restricted"),
        ("CC0 1.0 Universal", "publicdomain/zero/1.0/", "CC0-1.0", "open"),
        ("Public Domain - see the history", "publicdomain/mark/1.0/", "CC-PDM-1.0", "open"),
    ],
)  # fmt: skip
def test_creative_commons(said: str, url: str, spdx: str, openness: str) -> None:
    found = licence((said,))
    assert (found.url, found.spdx, found.openness) == (CC + url, spdx, openness)


@pytest.mark.parametrize(
    ("said", "spdx"),
    [
        ("MIT", "MIT"),
        ("The MIT License", "MIT"),
        ("http://www.opensource.org/licenses/mit-license.php", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("Released under GPLv3.", "GPL-3.0-only"),
        ("https://www.gnu.org/licenses/gpl-3.0.en.html", "GPL-3.0-only"),
        ("GPL", ""),  # open, but which?
        ("GFDL", ""),
        ("Free Documentation License (GNU)", ""),
        ("BSD", ""),
        ("EUPL-1.2", "EUPL-1.2"),
        ("Licence Ouverte / Open Licence version 2.0", "etalab-2.0"),
        ("etalab-2.0", "etalab-2.0"),
        ("https://spdx.org/licenses/etalab-2.0.html", "etalab-2.0"),
        ("Diffus\u00e9 sous Licence Ouverte (Etalab) v2.0", "etalab-2.0"),
        ("Licence Ouverte d\u2019Etalab", ""),
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence/", ""),
    ],
)
def test_free_software_and_documents(said: str, spdx: str) -> None:
    found = licence((said,))
    assert (found.spdx, found.openness) == (spdx, "open")
    assert found.url.startswith("https://")


@pytest.mark.parametrize(
    "said",
    [
        "All rights reserved",
        "\u00a9 Example Publishers. Alle rechten voorbehouden.",
        "yes",  # LOM 6.2: there are restrictions
        "Private (Copyrighted)",
        "http://rightsstatements.org/vocab/InC/1.0/",
        "Auteursrechtelijk beschermd",
        "Dieses Werk ist urheberrechtlich gesch\u00fctzt.",
        "\u0152uvre prot\u00e9g\u00e9e par le droit d\u2019auteur",
        "This work is protected by copyright.",
        "This is not licensed under CC BY 4.0. All rights reserved.",
        "CC BY 4.0. All rights reserved.",  # contradicts itself: the strictest counts
    ],
)
def test_closed(said: str) -> None:
    assert licence((said,)).openness == "closed"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no",  # LOM 6.2: no restrictions are stated, which is not a licence
        "unknown",
        "(c) 2003 A. Author",
        "created by someone",
        "Attribution required",
        "Creative Commons",
        "Some rights reserved",
        "https://notcreativecommons.org/licenses/by/4.0/",  # another's host
        "https://example.org/creativecommons.org/licenses/by/4.0/",  # part of a path
        "https://example.org/rightsstatements.org/vocab/InC/1.0/",
        "info:eu-repo/semantics/openAccess",
        "https://licences.example/free",
        "\x00\ud800",
        CC + "licenses/sampling+/1.0/",  # not ShareAlike, though its letters begin alike
        CC + "licenses/nc-sampling+/1.0/",
        CC + "licenses/devnations/2.0/",
    ],
)
def test_unknown(said: str) -> None:
    assert licence((said,)) == UNKNOWN


@pytest.mark.parametrize(
    "said",
    [
        "not CC BY",
        "no CC BY",
        "This is not licensed under CC BY 4.0",
        "This isn't available under a Creative Commons (CC BY-SA 4.0) licence",
        "This work is not available under a Creative Commons Attribution 4.0 license",
        f"Not released under the terms of CC BY 4.0 ({CC}licenses/by/4.0/)",
        f"not under {CC}licenses/by/4.0/ or CC BY-SA",
        "Niet onder CC BY",
        "geen CC BY licentie",
        "Dit valt niet onder een Creative Commons Naamsvermelding-GelijkDelen 4.0 licentie",
        "Kein CC BY",
        "Dieses Werk steht nicht unter einer CC-BY-Lizenz",
        "pas sous licence CC BY",
        "not in public domain",
        "not in the public domain",
        "no longer in the public domain",
        "niet meer in het publiek domein",
        "not under the MIT License",
        "not CC0",
        "not copyrighted",
        "Not all rights reserved",
    ],
)
def test_what_is_denied_is_not_stated(said: str) -> None:
    assert licence((said,)) == UNKNOWN


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("Not only CC BY 4.0", "licenses/by/4.0/"),
        ("Niet alleen CC BY 4.0", "licenses/by/4.0/"),
        ("not CC BY but CC BY-SA 4.0", "licenses/by-sa/4.0/"),
        ("Sofern nicht anders angegeben CC BY 4.0", "licenses/by/4.0/"),
        ("Do not remove this notice. CC BY 4.0", "licenses/by/4.0/"),
        ("Niet-commercieel gebruik toegestaan onder CC BY-NC 4.0", "licenses/by-nc/4.0/"),
        ("Not for commercial use: CC BY-NC 4.0", "licenses/by-nc/4.0/"),
        ("May not be changed (CC BY-ND 4.0)", "licenses/by-nd/4.0/"),
        ("Commercieel gebruik niet toegestaan (CC BY-NC 4.0)", "licenses/by-nc/4.0/"),
        ("Naamsvermelding-Niet-commercieel 4.0 (CC BY-NC 4.0)", "licenses/by-nc/4.0/"),
        ("Attribution - Pas de Modification 4.0 (CC BY-ND 4.0)", "licenses/by-nd/4.0/"),
        ("Attribution-NonCommercial-NoDerivatives 4.0", "licenses/by-nc-nd/4.0/"),
        ("No rights reserved (CC0)", "publicdomain/zero/1.0/"),
        ("Geen rechten voorbehouden (CC0)", "publicdomain/zero/1.0/"),
        ("Dit is in 't publiek domein", "publicdomain/mark/1.0/"),
        ("No known copyright, public domain", "publicdomain/mark/1.0/"),
        ("CC BY 4.0 does not hold for the pictures", "licenses/by/4.0/"),
        ("creativecommons.org/licenses/by/4.0/", "licenses/by/4.0/"),
        ("www.creativecommons.org/licenses/by/4.0/", "licenses/by/4.0/"),
        ("http://nl.creativecommons.org/licenses/by/4.0/", "licenses/by/4.0/"),
        ("https://example.org/?licence=https://creativecommons.org/licenses/by/4.0/",
         "licenses/by/4.0/"),
    ],
)  # fmt: skip
def test_what_is_denied_of_something_else_stays(said: str, url: str) -> None:
    assert licence((said,)).url == CC + url


@pytest.mark.parametrize(
    ("said", "spdx", "openness"),
    [
        (("yes", CC + "licenses/by-nc/4.0/"), "CC-BY-NC-4.0", "restricted"),
        (("CC BY 4.0", "CC BY-NC-ND 4.0"), "CC-BY-NC-ND-4.0", "restricted"),
        (("CC BY-SA 4.0", "CC BY 4.0"), "CC-BY-SA-4.0", "open"),
        (("CC BY", "CC BY 4.0"), "CC-BY-4.0", "open"),  # one licence, once more precisely
        (("CC BY 4.0", "All rights reserved"), "", "closed"),
        (("This copyrighted work is under CC BY 4.0",), "CC-BY-4.0", "open"),
        (("(c) 2003 A. Author", "cc0"), "CC0-1.0", "open"),
        ((), "", ""),
    ],
)
def test_several_statements(said: tuple[str, ...], spdx: str, openness: str) -> None:
    found = licence(said)
    assert (found.spdx, found.openness) == (spdx, openness)
    assert licence(said[::-1]) == found


@pytest.mark.parametrize(
    "said",
    [
        "attribution" + "(" * 9000,
        "by" + "-" * 9000,
        "by-" * 3000,
        "sharealike" * 900,
        "www." * 2000,
        "not " * 2000 + "cc by",
        "not cc by " * 900,
        "not" + " the" * 1300 + "cc0" * 300,
        "//a" * 1300 + "creativecommons.org/" * 100,
    ],
)
def test_hostile_statements_take_no_time(said: str) -> None:
    start = time.perf_counter()
    licence((said,))
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    "said",
    [
        "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "Open Government Licence v3.0", "OGL-UK-3.0",
        "Contains public sector information under the Open Government Licence v3.0.",
    ],
)  # fmt: skip
def test_the_open_government_licence(said: str) -> None:
    found = licence((said,))
    assert (found.spdx, found.openness) == ("OGL-UK-3.0", "open")
