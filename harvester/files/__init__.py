"""Files of records, wherever they lie: which files there are, and the records in each.

Knows containers (folder, zip, gzip, ISO 2709, a list in XML, lines of JSON) and how a record in
them says who it is; what else it says is for the formats.
"""

from __future__ import annotations


class DamagedError(Exception):
    """A file ends, or breaks, where it should not. Its text names the place."""
