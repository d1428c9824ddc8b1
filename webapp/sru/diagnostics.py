"""What is wrong with a request, by the numbers of the list that comes with SRU 1.2."""

from __future__ import annotations

from typing import Any

from lxml.etree import Element

from catalog.export.elements import add

NAMESPACE = "http://www.loc.gov/zing/srw/diagnostic/"
#: The record schema of a diagnostic that stands in the place of a record.
SCHEMA = "info:srw/schema/1/diagnostics-v1.1"
_URI = "info:srw/diagnostic/1/"

#: Number -> what the list of diagnostics calls it; those of them that we give.
MESSAGES = {
    1: "General system error",
    2: "System temporarily unavailable",
    4: "Unsupported operation",
    5: "Unsupported version",
    6: "Unsupported parameter value",
    7: "Mandatory parameter not supplied",
    8: "Unsupported parameter",
    10: "Query syntax error",
    12: "Too many characters in query",
    13: "Invalid or unsupported use of parentheses",
    15: "Unsupported context set",
    16: "Unsupported index",
    19: "Unsupported relation",
    20: "Unsupported relation modifier",
    22: "Unsupported combination of relation and index",
    26: "Non special character escaped in term",
    27: "Empty term unsupported",
    28: "Masking character not supported",
    31: "Anchoring character not supported",
    36: "Term in invalid format for index or relation",
    38: "Too many boolean operators in query",
    39: "Proximity not supported",
    46: "Unsupported boolean modifier",
    50: "Result sets not supported",
    61: "First record position out of range",
    64: "Record temporarily unavailable",
    66: "Unknown schema for retrieval",
    71: "Unsupported record packing",
    72: "XPath retrieval unsupported",
    84: "Too many sort keys to sort",
    87: "Unsupported schema for sort",
    88: "Unsupported path for sort",
    90: "Unsupported direction",
    91: "Unsupported case",
    92: "Unsupported missing value action",
}


class Diagnostic(Exception):  # noqa: N818 the standard's own name
    """A request that is not carried out; ``details`` say what of it is the matter."""

    def __init__(self, number: int, details: str = "") -> None:
        super().__init__(MESSAGES[number], details)
        self.number = number
        self.details = details

    def element(self) -> Any:
        """Return the diagnostic as an element, the same in an answer and in a record's place."""
        root = Element(f"{{{NAMESPACE}}}diagnostic", nsmap={"diag": NAMESPACE})
        add(root, f"{{{NAMESPACE}}}uri", f"{_URI}{self.number}")
        if self.details:
            add(root, f"{{{NAMESPACE}}}details", self.details)
        add(root, f"{{{NAMESPACE}}}message", MESSAGES[self.number])
        return root
