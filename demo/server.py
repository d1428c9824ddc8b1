"""The demonstration sources behind one address: two repositories, two files and a site.

Everything is made from ``demo/materials`` in memory. Nothing is written, and nothing outside
this machine is asked.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, abort, request

from demo import dc, lom, marc, onix, site
from demo.materials import WITHDRAWN, Material, load
from demo.oai import Prefix, Record, Repository

HOST = "127.0.0.1"
_EMAIL = "beheer@demo.example"
_SETS = {
    "schoolvakken": "Voortgezet onderwijs",
    "beroepsonderwijs": "Middelbaar beroepsonderwijs",
    "hoger-onderwijs": "Hbo en wo",
}


def sources(base_url: str) -> dict[str, dict[str, Any]]:
    """Return what ``[sources.NAME]`` in config.toml must say to harvest the demonstration."""
    here = {"allow_private": True, "delay": 0.0}
    return {
        "lessenkast": {
            "kind": "oai_pmh",
            "url": f"{base_url}/oai/lom",
            "prefix": "lom",
            "title": "De Lessenkast",
            **here,
        },
        "campus-open": {
            "kind": "oai_pmh",
            "url": f"{base_url}/oai/dc",
            "prefix": "oai_dc",
            "title": "Campus Open",
            **here,
        },
        "vrijboek": {
            "kind": "files",
            "url": f"{base_url}/onix/feed.xml",
            "title": "Vrijboek Distributie",
            **here,
        },
        "noorderkade": {
            "kind": "files",
            "url": f"{base_url}/marc/open-textbooks.mrc",
            "title": "Bibliotheek Noorderkade",
            **here,
        },
        "lesplein": {
            "kind": "sitemap",
            "url": f"{base_url}/site/sitemap.xml",
            "title": "Het Lesplein",
            **here,
        },
    }


def create_demo(base_url: str, now: datetime | None = None) -> Flask:
    """Return the demonstration as a WSGI application.

    ``base_url`` is where clients reach it, without a slash at the end. ``now`` shows the sources
    as they were at an earlier moment (with a time zone), so that a second harvest finds changes.
    """
    moment = now or datetime.now(UTC)
    there = [material for material in load() if material.changed <= moment]
    of = {
        name: sorted((m for m in there if name in m.sources), key=lambda m: m.stamp)
        for name in ("lom", "dc", "onix", "marc", "site")
    }
    app = Flask(__name__, static_folder=None)
    _serve_oai(app, "/oai/lom", _lessenkast(f"{base_url}/oai/lom", of["lom"], moment))
    _serve_oai(app, "/oai/dc", _campus_open(f"{base_url}/oai/dc", of["dc"]))
    _serve_files(app, of)
    _serve_site(app, of["site"], base_url)
    return app


def serve(port: int) -> None:
    """Serve the demonstration on loopback until the process or thread ends."""
    from waitress import serve as waitress  # noqa: PLC0415 only needed where it serves

    waitress(create_demo(f"http://{HOST}:{port}"), host=HOST, port=port, threads=4, _quiet=True)


def _lessenkast(base_url: str, materials: list[Material], moment: datetime) -> Repository:
    """Make the repository of NL-LOM: sets by kind of school, and records that were withdrawn."""
    gone = [
        Record(identifier=f"oai:lessenkast.example:{w.id}", stamp=w.stamp, sets=(), content=None)
        for w in WITHDRAWN
        if w.changed <= moment
    ]
    kept = [_record("lessenkast.example", m, _sets_of(m)) for m in materials]
    return Repository(
        name="De Lessenkast",
        base_url=base_url,
        email=_EMAIL,
        prefix=Prefix(name="lom", schema=lom.SCHEMA, namespace=lom.NS, write=lom.write),
        records=sorted(kept + gone, key=lambda record: record.key),
        sets=_SETS,
    )


def _campus_open(base_url: str, materials: list[Material]) -> Repository:
    """Make the repository of Dublin Core, which has no sets."""
    records = [_record("campus-open.example", m, ()) for m in materials]
    return Repository(
        name="Campus Open",
        base_url=base_url,
        email=_EMAIL,
        prefix=Prefix(name="oai_dc", schema=dc.SCHEMA, namespace=dc.NS, write=dc.write),
        records=sorted(records, key=lambda record: record.key),
        sets={},
    )


def _record(domain: str, material: Material, sets: tuple[str, ...]) -> Record:
    identifier = f"oai:{domain}:{material.id}"
    return Record(identifier=identifier, stamp=material.stamp, sets=sets, content=material)


def _sets_of(material: Material) -> tuple[str, ...]:
    levels = {*material.levels}
    return tuple(
        spec
        for spec, of in zip(
            _SETS, ({"po", "vmbo", "havo", "vwo"}, {"mbo"}, {"hbo", "wo"}), strict=True
        )
        if levels & of
    )


def _serve_oai(app: Flask, path: str, repository: Repository) -> None:
    """Answer GET and POST alike (section 3.1.1), with the arguments as they came."""

    def answer() -> Response:
        given = request.form if request.method == "POST" else request.args
        body = repository.answer(list(given.items(multi=True)))
        return Response(body, content_type="text/xml; charset=utf-8")

    app.add_url_rule(path, path, answer, methods=["GET", "POST"])


def _serve_files(app: Flask, of: dict[str, list[Material]]) -> None:
    """Serve the publisher's feed and the library's file, made once."""
    feed = onix.write(of["onix"], max((m.stamp for m in of["onix"]), default=""))
    records = marc.write(of["marc"])

    @app.get("/onix/feed.xml")
    def _onix() -> Response:
        return _file(feed, "application/xml", of["onix"])

    @app.get("/marc/open-textbooks.mrc")
    def _marc() -> Response:
        return _file(records, "application/marc", of["marc"])


def _serve_site(app: Flask, materials: list[Material], base_url: str) -> None:
    folder = f"{base_url}/site/"
    pages = {material.id: material for material in materials}

    @app.get("/robots.txt")
    def _robots() -> Response:
        text = f"User-agent: *\nAllow: /\nSitemap: {folder}sitemap.xml\n"
        return Response(text, content_type="text/plain; charset=utf-8")

    @app.get("/site/sitemap.xml")
    def _sitemap() -> Response:
        return _file(site.sitemap(materials, folder), "application/xml", materials)

    @app.get("/site/")
    def _front() -> Response:
        return _file(site.front(materials, folder).encode(), "text/html", materials)

    @app.get("/site/<name>")
    def _page(name: str) -> Response:
        material = pages.get(name) or abort(404)
        return _file(site.page(material, folder + name).encode(), "text/html", [material])


def _file(body: bytes, kind: str, materials: list[Material]) -> Response:
    """Answer with a file and its validators, or with 304 to one who has it already."""
    response = Response(body, mimetype=kind)
    response.set_etag(hashlib.sha256(body).hexdigest()[:20])
    response.last_modified = max((m.changed for m in materials), default=None)
    response.make_conditional(request)
    return response
