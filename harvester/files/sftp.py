"""One file from an SFTP server, to disk. Needs asyncssh: ``pip install vindplaats[sftp]``.

The host must show the very key that the source's entry names; we show one of our own, from a file
or an agent. Nothing of the user's own SSH configuration is read.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from catalog.config import FilesSource
from harvester.errors import FetchError
from harvester.files.download import LARGEST
from harvester.net.address import is_public

_BLOCK = 1024 * 1024


async def fetch(
    entry: FilesSource,
    target: BinaryIO,
    environment: Mapping[str, str],
    patience: float,
    known: str,
) -> str:
    """Write the file at the entry's address to ``target`` and return its version.

    Nothing is written where it still is ``known``. ``patience`` (seconds) holds for the log-in
    and for each block. Raises FetchError.
    """
    try:
        import asyncssh  # noqa: PLC0415 few sources need it
    except ImportError as error:
        raise FetchError(
            f"{entry.url}: SFTP needs asyncssh; install it with: pip install 'vindplaats[sftp]'"
        ) from error
    try:
        async with asyncio.timeout(patience):
            connection = await asyncssh.connect(**await _options(entry, environment))
        async with connection, connection.start_sftp_client() as sftp:
            version = await _copy(sftp, entry, target, patience, known)
    except TimeoutError as error:
        raise FetchError(f"{entry.url}: no answer in {patience:g} seconds") from error
    except (OSError, ValueError, asyncssh.Error) as error:
        raise FetchError(f"{entry.url}: {_reason(error)}") from error
    return version


def _reason(error: Exception) -> str:
    name = type(error).__name__
    said = {
        "HostKeyNotVerifiable": "the server shows another key than host_key says",
        "PermissionDenied": "the server does not let our key in",
        "SFTPNoSuchFile": "nothing is there; check the url of the source",
    }
    return said.get(name, f"{name}: {error}")


async def _options(entry: FilesSource, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return where to connect to, as whom, and what is trusted."""
    import asyncssh  # noqa: PLC0415

    parts = urlsplit(entry.url)
    host, port = parts.hostname or "", parts.port or 22
    if not entry.host_key:
        raise FetchError(f"{entry.url}: host_key is missing: the server's public key")
    key = environment.get(entry.key_variable, "") if entry.key_variable else ""
    agent = environment.get("SSH_AUTH_SOCK", "")
    if entry.key_variable and not key:
        raise FetchError(f"{entry.url}: the environment has no {entry.key_variable}")
    if not key and not agent:
        raise FetchError(f"{entry.url}: there is neither an SSH agent nor a key_variable")
    trusted = asyncssh.import_public_key(entry.host_key)
    return {
        "host": await _address(host, port, entry),
        "port": port,
        "username": unquote(parts.username or "anonymous"),
        "host_key_alias": host,
        "known_hosts": ([trusted], [], []),
        "client_keys": [key] if key else (),
        "agent_path": None if key else agent,
        "preferred_auth": "publickey",
        "config": None,
    }


async def _address(host: str, port: int, entry: FilesSource) -> str:
    """Resolve ``host`` once, to the address that is then used."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(info[4][0]) for info in found]
    allowed = [a for a in addresses if entry.allow_private or is_public(a)]
    if not allowed:
        raise FetchError(f"{entry.url}: {host} is {addresses[0]}, which is not a public address")
    return allowed[0]


async def _copy(
    sftp: Any, entry: FilesSource, target: BinaryIO, patience: float, known: str
) -> str:
    path = unquote(urlsplit(entry.url).path)
    about = await asyncio.wait_for(sftp.stat(path), patience)
    version = f"{about.size}-{about.mtime}"
    if version == known:
        return version
    if (about.size or 0) > LARGEST:
        raise FetchError(f"{entry.url} has {about.size} bytes; at most {LARGEST} are fetched")
    done = 0
    async with sftp.open(path, "rb") as file:
        while block := await asyncio.wait_for(file.read(_BLOCK), patience):
            done += len(block)
            if done > LARGEST:
                raise FetchError(f"{entry.url} has more than {LARGEST} bytes")
            target.write(block)
    if about.size is not None and done < about.size:
        raise FetchError(f"{entry.url}: only {done} of {about.size} bytes came")
    return version
