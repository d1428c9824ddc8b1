"""Which addresses may be connected to: checked on the very address that is then used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from catalog.public_address import is_public

__all__ = ["GuardedResolver", "is_public"]


class GuardedResolver(CachingHostnameResolver):
    """Names and numbers alike become addresses here, and private ones go no further.

    Twisted's endpoint connects to what the resolver hands it and asks no second time, so a
    name that changes between check and connection (DNS rebinding) gains nothing; and since
    numbers pass through here as well, ``2130706433``, ``0x7f.1`` and ``::ffff:127.0.0.1`` are
    seen for what they are.
    """

    def __init__(self, reactor: Any, cache_size: int, *, allow_private: bool) -> None:
        super().__init__(reactor, cache_size)
        self._allow_private = allow_private
        self.refused: dict[str, str] = {}  # host -> the private address it stands for

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        settings = crawler.settings
        return cls(
            reactor,
            settings.getint("DNSCACHE_SIZE"),
            allow_private=settings.getbool("ALLOW_PRIVATE"),
        )

    def resolveHostName(  # noqa: N802 Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 Twisted's name
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver = resolutionReceiver
        if not self._allow_private:
            receiver = _PublicOnly(receiver, hostName, self.refused)
        return super().resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on public addresses, and remembers the others for the error message."""

    def __init__(self, receiver: Any, host: str, refused: dict[str, str]) -> None:
        self._receiver = receiver
        self._host = host
        self._refused = refused

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 Twisted's name
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused[self._host] = address.host

    def resolutionComplete(self) -> None:  # noqa: N802 Twisted's name
        self._receiver.resolutionComplete()
