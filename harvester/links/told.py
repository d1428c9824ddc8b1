"""How a run over links stands, as it is told from process to process."""

from __future__ import annotations

from msgspec import Struct, field


class Told(Struct, kw_only=True):
    """How a run stands: how many addresses are done, ``of`` how many, and what was said of them.

    ``changed`` counts links of which a reader sees another state; ``put_off`` those whose host
    wants rest. ``problem`` says why a run ended early.
    """

    of: int
    done: int = 0
    put_off: int = 0
    changed: int = 0
    states: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    problem: str = ""
    ended: bool = False
