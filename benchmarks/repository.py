"""A loopback OAI-PMH repository of made-up records: ``python benchmarks/repository.py 100000``.

Pages are rendered before the first request, so that it is the harvesters that are measured.
Titles, names and descriptions are drawn at random from word lists with a fixed seed: nearly
every value is different, as in a real repository, and every run serves the same bytes.
"""

from __future__ import annotations

import argparse
import random
import socketserver
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

SUBJECTS = (
    "Statistics Mathematics Biology Chemistry Physics History Economics Psychology Sociology Law "
    "Nursing Anatomy Statistiek Wiskunde Natuurkunde Geschiedenis Economie Recht Verpleegkunde "
    "Techniek Informatica Onderwijskunde Taalkunde Aardrijkskunde Kunst Muziek Filosofie"
).split()
WORDS = (
    "inleiding basis methode onderzoek student college praktijk theorie model analyse cursus boek "
    "the introduction research methods learning open course practice theory analysis using data "
    "toegepast beginners gevorderd hoofdstuk oefening voorbeeld begrip kennis vaardigheid les "
    "design systems principles guide applied field work chapter exercise example concept skill"
).split()
NAMES = "Jansen Vries Bakker Visser Smit Meijer Bos Mulder Peters Dekker Smith Brown Lee".split()
LICENCES = (
    "https://creativecommons.org/licenses/by/4.0/",
    "http://creativecommons.org/licenses/by-nc-sa/3.0/nl/",
    "CC BY-SA 4.0",
    "info:eu-repo/semantics/openAccess",
    "All rights reserved",
)
TYPES = ("Text", "info:eu-repo/semantics/book", "video", "Lecture", "Dataset", "article")

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-03-01T12:00:00Z</responseDate>"
    '<request verb="{verb}">{base}</request>{body}</OAI-PMH>'
)
IDENTIFY = (
    "<Identify><repositoryName>Benchmark</repositoryName><baseURL>{base}</baseURL>"
    "<protocolVersion>2.0</protocolVersion><adminEmail>bench@example.org</adminEmail>"
    "<earliestDatestamp>2001-01-01T00:00:00Z</earliestDatestamp>"
    "<deletedRecord>persistent</deletedRecord>"
    "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
)


def words(dice: random.Random, low: int, high: int) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(low, high)))


def header(number: int) -> str:
    return (
        f"<header><identifier>oai:bench.example.org:{number}</identifier>"
        f"<datestamp>2024-01-{1 + number % 28:02}T00:00:00Z</datestamp></header>"
    )


def record(number: int, dice: random.Random) -> str:
    """Return one <record> with oai_dc of the size and make-up that repositories have."""
    subjects = dice.sample(SUBJECTS, 3)
    fields = [
        ("title", f"{subjects[0]}: {words(dice, 2, 7)} {number}"),
        *(("creator", f"{n}, {chr(65 + dice.randrange(26))}.") for n in dice.sample(NAMES, 2)),
        *(("subject", subject) for subject in subjects),
        (
            "description",
            words(dice, 25, 55).capitalize() + dice.choice((".", ".", ".", " & meer.")),
        ),
        ("publisher", f"Hogeschool {dice.choice(NAMES)}"),
        ("date", f"{dice.randint(1990, 2025)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"),
        ("type", dice.choice(TYPES)),
        ("format", "application/pdf"),
        ("identifier", f"https://repository.example.org/{number}"),
        ("identifier", f"https://doi.org/10.5555/bench.{number}"),
        ("language", dice.choice(("dut", "nl", "en", "eng", "de"))),
        ("rights", dice.choice(LICENCES)),
    ]
    if dice.random() < 0.2:  # some repositories leave the language out
        fields = [field for field in fields if field[0] != "language"]
    metadata = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in fields)
    return (
        f"<record>{header(number)}<metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{metadata}</oai_dc:dc></metadata></record>"
    )


def pages(count: int, size: int, base: str, verb: str = "ListRecords") -> Iterator[bytes]:
    """Yield answers of ``size`` records each; to ListIdentifiers, of their headers."""
    dice = random.Random(count)
    for start in range(0, count, size):
        numbers = range(start, min(start + size, count))
        if verb == "ListRecords":
            body = "".join([record(n, dice) for n in numbers])
        else:
            body = "".join(map(header, numbers))
        rest = start + size < count
        token = (
            f'<resumptionToken completeListSize="{count}" cursor="{start}">'
            f"{start // size + 1 if rest else ''}</resumptionToken>"
        )
        body = f"<{verb}>{body}{token}</{verb}>"
        yield ENVELOPE.format(verb=verb, base=base, body=body).encode()


def serve(count: int, size: int, port: int) -> None:
    """Serve until killed; the port is printed once all pages are there."""

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A harvester that was killed has hung up: that is no news."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:  # the name that http.server asks for
            self.answer(parse_qs(urlsplit(self.path).query))

        def do_POST(self) -> None:  # the same
            length = int(self.headers.get("Content-Length", 0))
            self.answer(parse_qs(self.rfile.read(length).decode()))

        def answer(self, arguments: dict[str, list[str]]) -> None:
            verb = arguments.get("verb", [""])[0]
            if verb in lists and "from" not in arguments:
                body = lists[verb][int(arguments.get("resumptionToken", ["0"])[0])]
            elif verb in lists:
                error = '<error code="noRecordsMatch">nothing new</error>'
                body = ENVELOPE.format(verb=verb, base=base, body=error).encode()
            else:
                identify = IDENTIFY.format(base=base)
                body = ENVELOPE.format(verb=verb, base=base, body=identify).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", port), Handler) as server:
        port = server.server_address[1]
        base = f"http://127.0.0.1:{port}/oai"
        lists = {
            verb: list(pages(count, size, base, verb))
            for verb in ("ListRecords", "ListIdentifiers")
        }
        print(port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    serve(options.count, options.size, options.port)
