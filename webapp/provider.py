"""The report for a provider as one file of HTML: nothing in it is fetched, and nothing runs."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader
from msgspec import Struct

from catalog.config import Site
from catalog.profile import field_name, in_language, say
from catalog.report import Report
from catalog.store.model import Run
from webapp import addresses
from webapp.addresses import Language
from webapp.words import words

#: Where the part of the style sheet ends that every page needs.
_BASIC_STYLE_ENDS = "/* Search box */"

_HEIGHT, _WIDTH, _GAP = 80, 16, 4


class Column(Struct, frozen=True, kw_only=True):
    """One run in the picture of the trend, in units of the drawing; rejected stands on read."""

    run: Run
    x: int
    accepted: float
    rejected: float


def render(report: Report, site: Site, language: Language) -> str:
    """Return ``report`` as a page in the look of the site."""
    t = words(language)
    columns = trend(report.runs)
    return (
        _templates()
        .get_template("report/provider.html")
        .render(
            report=report,
            site=site,
            lang=language,
            t=t,
            n=t.count,
            style=_style(),
            columns=columns,
            width=max(1, len(columns)) * (_WIDTH + _GAP),
            height=_HEIGHT,
            bar=_WIDTH,
            percent=_percent,
            field=lambda name: field_name(name, language),
            say=lambda rule, value="": say(rule, value, language),
            why=lambda reason: in_language(reason, language),
            most=max((column.run.counts.seen for column in columns), default=0),
            ours=lambda id_: site.url + addresses.path("copy", language, id_),
            web_url=addresses.web_url,
        )
    )


def trend(runs: tuple[Run, ...]) -> tuple[Column, ...]:
    """Return the columns of a picture in which the largest run fills the height."""
    most = max((run.counts.seen for run in runs), default=0) or 1
    columns = []
    for place, run in enumerate(runs):
        rejected = _HEIGHT * run.counts.rejected / most
        read = _HEIGHT * (run.counts.seen - run.counts.rejected) / most
        columns.append(
            Column(
                run=run,
                x=place * (_WIDTH + _GAP),
                accepted=round(max(read, 0), 1),
                rejected=round(rejected, 1),
            )
        )
    return tuple(columns)


def _percent(part: int, whole: int) -> int:
    """Return a whole percentage that is 0 or 100 only where it is exactly that."""
    if not whole or part in (0, whole):
        return 100 if whole and part == whole else 0
    return min(99, max(1, round(100 * part / whole)))


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("webapp"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _style() -> str:
    """Return the colours, letters and frame of the site."""
    text = (resources.files("webapp") / "static" / "site.css").read_text("utf-8")
    return text.partition(_BASIC_STYLE_ENDS)[0]
