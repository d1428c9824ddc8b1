"""Groups of commands of ``vindplaats``: they join the rooms, as ``vindplaats.py`` does."""
