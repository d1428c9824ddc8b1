"""The API, asked whatever its description allows, and what it does not.

Some hundreds of cases; ``make api-cases`` asks 20,000. Left out is what needs a case of its own:
posting stands in ``tests/test_push.py``, as it needs tokens and fills an inbox.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fake_catalogue import SETTINGS, FakeCatalogue
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_web_real import fill, real

from catalog.catalogue import Catalogue
from catalog.config import ApiSettings, Site
from webapp import create_app
from webapp.operations import OPERATIONS
from webapp.parameters import SEARCH

READING = sum(operation.method == "get" for operation in OPERATIONS)
CASES = int(os.environ.get("VINDPLAATS_API_CASES", "300"))
#: Cases are made before there is a site: what stands for its tokens then.
STAND_INS = {"cursor": "a-cursor", "since": "a-token"}
TOKENS: dict[str, str] = {}
OF_A_SEARCH = {each.name for each in SEARCH} - {"cursor", "size", "facets", "page"}
IDS: list[str] = []
ASKED: list[int] = []


SITE = Site(url="http://localhost")
SITES: list[Any] = [create_app(FakeCatalogue(3), replace(SETTINGS, site=SITE))]  # type: ignore[arg-type]  # a fake of it


def served(environ: Any, start: Any) -> Any:
    """Ask the site that is there: the description is read before there is a folder for a store."""
    environ.pop("HTTP_ACCEPT_ENCODING", None)  # whoever asks says zstd, and reads none of it
    return SITES[-1](environ, start)


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served).include(method="GET")


@pytest.fixture(scope="module", autouse=True)
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Serve 40 materials, to whoever asks as often as he likes."""
    folder = tmp_path_factory.mktemp("api")
    here = replace(real(folder), site=SITE, api=ApiSettings(per_minute=1_000_000_000))
    with Catalogue(here) as catalogue:
        fill(catalogue)
        catalogue.follow()
        app = create_app(catalogue, here)
        client = app.test_client()
        found = client.get("/api/v1/search?size=3").get_json()
        IDS[:] = [each["id"] for each in found["results"]]
        TOKENS["cursor"] = found["next"].partition("cursor=")[2]
        following = client.get("/api/v1/changes?size=9").get_json()["next"]
        TOKENS["since"] = following.partition("since=")[2].partition("&")[0]
        SITES.append(app)
        yield
        SITES.pop()
    print(f"{len(ASKED)} cases")  # noqa: T201 what pytest shows where it is asked to (-s)


for form, stand_in in STAND_INS.items():
    schemathesis.openapi.format(form, st.just(stand_in))


@schema.parametrize()
@settings(
    max_examples=-(-CASES // READING),
    deadline=None,
    derandomize=CASES < 1000,
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_the_api_answers_as_it_is_described(case: Any) -> None:
    sound = case.meta is not None and case.meta.generation.mode.is_positive
    for name, stand_in in STAND_INS.items():
        if (case.query or {}).get(name) == stand_in:
            case.query[name] = TOKENS[name]
            if name == "cursor" and sound:  # it goes with its own search alone
                for each in {*case.query} & OF_A_SEARCH:
                    del case.query[each]
    if case.path_parameters and "id" in case.path_parameters and len(ASKED) % 2:
        case.path_parameters["id"] = IDS[len(ASKED) % len(IDS)]
    ASKED.append(1)
    case.call_and_validate()
