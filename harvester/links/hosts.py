"""What is known of hosts while links are asked for: who is down, and who wants rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harvester.links.observation import RestingError, Trouble
from harvester.links.verdict import wants_rest
from harvester.links.visit import Ask, Asking, Given

#: How often in a row each trouble tells that a host is down, and not one address of it.
_DOWN_AFTER = {"dns": 1, "refused": 2, "timeout": 3}


@dataclass
class Hosts:
    """Stands before the door: nobody is asked in vain, and nobody who has asked for rest."""

    door: Ask
    answered: int = 0  # requests to which something answered
    _down: dict[str, Trouble] = field(default_factory=dict)
    _resting: set[str] = field(default_factory=set)
    _failing: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def ask(self, asking: Asking) -> Given:
        """Ask, unless it is known what comes of it. Raises RestingError."""
        host = urlsplit(asking.url).netloc
        if host in self._resting:
            raise RestingError(host)
        if host in self._down:
            return Given(trouble=self._down[host])
        given = await self.door(asking)
        self._note(host, given)
        return given

    def rests(self, host: str) -> bool:
        """Tell whether a host has asked for rest."""
        return host in self._resting

    def _note(self, host: str, given: Given) -> None:
        trouble, answer = given.trouble, given.answer
        if trouble and trouble.reason in _DOWN_AFTER:
            self._failing[host, trouble.reason] += 1
            if self._failing[host, trouble.reason] >= _DOWN_AFTER[trouble.reason]:
                self._down[host] = trouble
            return
        for reason in _DOWN_AFTER:
            self._failing.pop((host, reason), None)
        self.answered += answer is not None
        if (trouble and trouble.reason == "busy") or (answer and wants_rest(answer)):
            self._resting.add(host)
