"""Copies of the whole catalogue as files, for whoever wants everything at once.

``making.py`` makes one of a single moment of the store; ``sheet.py`` writes a file of it;
``folder.py`` is where they are, and how a new one takes the place of the old; ``manifest.py`` is
what is said of one.
"""
