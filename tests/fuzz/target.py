"""Fuzzes one reader with Atheris: ``python target.py READER [libFuzzer's own arguments]``."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["harvester", "catalog"]):
    import readers

from bounds import bounded
from mutations import Mutator

CORPUS = Path(__file__).parent / "corpus"
_SECONDS = 5.0  # of processor time for one input, at most max_len long


def main() -> None:
    """Run until libFuzzer's time is over, or an input breaks a promise."""
    name = sys.argv.pop(1)
    logging.disable(logging.CRITICAL)
    seeds = [file.read_bytes() for file in sorted((CORPUS / name).iterdir())]
    atheris.Setup(sys.argv, _bounded(readers.READERS[name]), custom_mutator=_mutator(seeds))
    atheris.Fuzz()


def _bounded(read: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def one(data: bytes) -> None:
        with bounded(_SECONDS):
            read(data)

    return one


def _mutator(seeds: list[bytes]) -> Callable[[bytes, int, int], bytes]:
    mutator = Mutator(seeds)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        if seed % 2:
            return bytes(atheris.Mutate(data, len(data)))
        return mutator.changed(data, most, seed)

    return mutate


if __name__ == "__main__":
    main()
