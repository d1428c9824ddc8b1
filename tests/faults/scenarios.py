"""Every scenario, by its name."""

from __future__ import annotations

from misbehaving import Scenario
from scenarios_adversary import ADVERSARY
from scenarios_more import MORE
from scenarios_oai import A
from scenarios_others import OTHERS
from scenarios_sites import B

SCENARIOS: dict[str, Scenario] = {**A, **B, **MORE, **ADVERSARY, **OTHERS}
