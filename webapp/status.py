"""``/status``: how the catalogue fares, for a monitor (Prometheus text format)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import metadata
from typing import TYPE_CHECKING, get_args

import msgspec
from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from catalog import health
from catalog.health import Health, SourceHealth
from catalog.store.model import Run, Status

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

#: Seconds for which an answer holds: however often it is asked, the store is asked no oftener.
HOLDS = 5.0


def _seconds(run: Run | None) -> float | None:
    return datetime.fromisoformat(run.started).timestamp() if run else None


def _age(run: Run | None) -> float | None:
    return max(0.0, time.time() - datetime.fromisoformat(run.started).timestamp()) if run else None


#: Metrics with one figure a source: name, meaning, figure (None: there is none).
_PER_SOURCE: tuple[tuple[str, str, Callable[[SourceHealth], float | None]], ...] = (
    ("records", "Live records", lambda s: s.state.records),
    ("works", "Works of which it has a live record", lambda s: s.state.works),
    ("rejects", "Records that were not accepted", lambda s: s.state.rejects),
    ("held", "Deletions that wait for a person", lambda s: s.held),
    ("posted", "Requests of providers that wait to be read", lambda s: s.posted),
    ("last_run_timestamp_seconds", "When the last run began", lambda s: _seconds(s.state.last_run)),
    (
        "last_complete_run_timestamp_seconds",
        "When the last complete run began",
        lambda s: _seconds(s.complete),
    ),
    (
        "last_complete_run_age_seconds",
        "How long ago the last complete run began",
        lambda s: _age(s.complete),
    ),
)


class Figures(Collector):
    """The figures of one look; a registry of its own has nothing of the process in it."""

    def __init__(self, found: Health) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        found = self._found
        version = {"version": metadata.version("vindplaats")}
        yield InfoMetricFamily("vindplaats", "The program", value=version)
        yield _gauge("store_up", "Whether the store answers", found.store)
        yield _gauge("index_up", "Whether there is an index", found.lag is not None)
        if found.lag is not None:
            yield _gauge("index_lag", "Changes that the index has not followed yet", found.lag)
        yield from self._per_source()
        yield self._statuses()
        yield self._counts()

    def _per_source(self) -> Iterator[Metric]:
        """Yield the metrics with one figure a source; where there is none it is left out."""
        for name, text, figure in _PER_SOURCE:
            family = GaugeMetricFamily(f"vindplaats_{name}", text, labels=["source"])
            for source in self._found.sources:
                if (value := figure(source)) is not None:
                    family.add_metric([source.state.name], value)
            yield family

    def _statuses(self) -> Metric:
        labels = ["source", "status"]
        text = "1 for the status of the last run, 0 for the others"
        family = GaugeMetricFamily("vindplaats_last_run_status", text, labels=labels)
        for source in self._found.sources:
            if run := source.state.last_run:
                for status in get_args(Status):
                    family.add_metric([source.state.name, status], run.status == status)
        return family

    def _counts(self) -> Metric:
        text, labels = "Counts of the last run", ["source", "count"]
        family = GaugeMetricFamily("vindplaats_last_run_records", text, labels=labels)
        for source in self._found.sources:
            if run := source.state.last_run:
                for name, number in msgspec.structs.asdict(run.counts).items():
                    family.add_metric([source.state.name, name], number)
        return family


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"vindplaats_{name}", text, value=float(value))


def register(app: Flask, catalogue: Catalogue) -> None:
    """Give the status its address."""
    lock = threading.Lock()
    text, until = b"", 0.0

    def status() -> Response:
        nonlocal text, until
        with lock:  # whoever comes meanwhile gets the same
            if time.monotonic() >= until:
                registry = CollectorRegistry()
                registry.register(Figures(health.look(catalogue)))
                text, until = generate_latest(registry), time.monotonic() + HOLDS
        headers = {"Cache-Control": "no-store"}
        return Response(text, headers=headers, content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/status", "status", status)
