"""Citations: a CSL-JSON item of a record, and from it references, BibTeX and RIS.

``item`` is the one place where it is decided what of a record is cited. The others (``styles``,
``bibtex``, ``ris``) write an item down, so a list of several records is a list of items.
"""

from catalog.export.citation.item import Item, item

__all__ = ["Item", "item"]
