"""What is said where a request is not carried out: ``imsx_StatusInfo`` (Resource Search 1.0)."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from flask import Response

Minor = Literal[
    "forbidden",
    "invaliddata",
    "invalidqueryparameter",
    "internal_server_error",
    "server_busy",
    "unauthorisedrequest",
]
#: Everything that may be the matter.
MINORS: tuple[Minor, ...] = get_args(Minor)
_MINORS: dict[int, Minor] = {
    400: "invalidqueryparameter",
    401: "unauthorisedrequest",
    403: "forbidden",
    429: "server_busy",
    503: "server_busy",
}
_SERVER = 500  # from here on it is our fault


def answer(status: int, description: str) -> Response:
    """Return an error, in the only shape that the standard has for one."""
    usual: Minor = "internal_server_error" if status >= _SERVER else "invaliddata"
    said = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": description,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [
                {
                    "imsx_codeMinorFieldName": "TargetEndSystem",
                    "imsx_codeMinorFieldValue": _MINORS.get(status, usual),
                }
            ]
        },
    }
    return Response(msgspec.json.encode(said), status, content_type="application/json")
