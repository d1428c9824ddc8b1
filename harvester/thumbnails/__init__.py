"""Pictures of materials: fetched through the one door, looked into, made small and kept.

``picture.py`` makes what came small, or says why not; ``run.py`` is the crawler; ``__main__.py`` is
the process in which both run, for what comes from outside is decoded there and nowhere else.
"""
