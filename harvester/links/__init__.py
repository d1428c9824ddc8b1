"""Asks for the addresses of materials, politely, and says what became of each.

``visit`` makes an ``Observation`` of an address, ``verdict`` judges it, ``run`` goes through those
that are due; ``python -m harvester.links`` is one run, in a process of its own.
"""
