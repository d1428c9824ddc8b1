"""A site for teachers: a page for each material with JSON-LD in it, and a sitemap."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from lxml import etree

from demo.licences import LICENCES, TYPES
from demo.materials import Material
from demo.xml import add

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(materials: Iterable[Material], folder: str) -> bytes:
    """Return the sitemap of the pages under ``folder``, an address that ends in a slash."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})
    for material in materials:
        url = add(root, "url")
        add(url, "loc", f"{folder}{material.id}")
        add(url, "lastmod", material.stamp)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def json_ld(material: Material, page: str) -> dict[str, Any]:
    """Return ``material`` as a schema.org LearningResource; ``page`` is where it is shown."""
    statements = {
        "@context": "https://schema.org",
        "@type": ["LearningResource", "CreativeWork"],
        "@id": page,
        "name": material.full_title,
        "url": material.address,
        "description": material.description,
        "inLanguage": material.language,
        "author": [{"@type": "Person", "name": maker} for maker in material.makers],
        "publisher": material.publisher and {"@type": "Organization", "name": material.publisher},
        "license": material.licence and LICENCES[material.licence][0],
        "isAccessibleForFree": True,
        "learningResourceType": TYPES[material.type][3],
        "educationalLevel": [level.upper() for level in material.levels],
        "about": [{"@type": "Thing", "name": subject} for subject in material.subjects],
        "datePublished": str(material.year or ""),
        "dateModified": material.stamp,
        "isbn": material.isbn,
    }
    return {name: value for name, value in statements.items() if value}


def page(material: Material, address: str) -> str:
    """Return the HTML page of ``material``."""
    # "</" would end the script element early.
    data = json.dumps(json_ld(material, address), ensure_ascii=False).replace("</", "<\\/")
    title, text = escape(material.full_title), escape(material.description)
    return (
        f'<!doctype html>\n<html lang="{material.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title} - Het Lesplein</title>\n"
        f'<link rel="canonical" href="{escape(address)}">\n'
        f'<script type="application/ld+json">{data}</script>\n</head>\n<body>\n'
        f"<h1>{title}</h1>\n<p>{text}</p>\n"
        f'<p><a href="{escape(material.address)}">{escape(material.address)}</a></p>\n'
        "</body>\n</html>\n"
    )


def front(materials: Iterable[Material], folder: str) -> str:
    """Return the site's own front page: a plain list of its materials."""
    items = "\n".join(
        f'<li><a href="{escape(folder + m.id)}">{escape(m.full_title)}</a></li>' for m in materials
    )
    return (
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        f"<title>Het Lesplein</title>\n</head>\n<body>\n<h1>Het Lesplein</h1>\n<ul>\n{items}\n"
        "</ul>\n</body>\n</html>\n"
    )
