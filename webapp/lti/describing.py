"""What we tell an LMS of ourselves: the same wherever it is asked for, and no claims about people.

A claim that is asked for at registration is sent for ever: so none is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from pylti1p3.dynamic_registration import DynamicRegistration

from catalog.config import Site
from webapp.lti import login
from webapp.lti.framed import ICON
from webapp.words import words

KEYS = "/lti/jwks.json"
CANVAS = "/lti/config/canvas.json"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"

_PICK = "LtiDeepLinkingRequest"
_OPEN = "LtiResourceLinkRequest"
_CANVAS = ("link_selection", "assignment_selection", "editor_button")
#: Where teachers choose, as LMSs call it; those that say what they have are offered what fits.
_PLACEMENTS = (
    "ContentArea",
    "RichTextEditor",
    *_CANVAS,
    *(f"https://canvas.instructure.com/lti/{each}" for each in _CANVAS),
)
_WIDE, _HIGH = 1000, 760  # pixels of the window in which materials are chosen


class Tool(Struct, frozen=True):
    """The addresses of this site that an LMS needs to know."""

    site: Site

    @property
    def login(self) -> str:
        return self.site.url + login.PATH

    @property
    def launch(self) -> str:
        return self.site.url + login.LAUNCH

    @property
    def keys(self) -> str:
        return self.site.url + KEYS

    @property
    def icon(self) -> str:
        return self.site.url + ICON

    @property
    def canvas(self) -> str:
        return self.site.url + CANVAS

    @property
    def domain(self) -> str:
        return urlsplit(self.site.url).netloc

    @property
    def about(self) -> str:
        return words(self.site.language)("site.description")


class Registration(DynamicRegistration):
    """What is posted to a platform (LTI Dynamic Registration 1.0, 3.5)."""

    def __init__(self, tool: Tool, supported: Mapping[str, list[str]]) -> None:
        """``supported`` are the placements of each message, as far as the platform says."""
        self._tool = tool
        self._supported = supported
        self.client_name = tool.site.title
        self.description = tool.about

    def get_initiate_login_uri(self) -> str:
        return self._tool.login

    def get_jwks_uri(self) -> str:
        return self._tool.keys

    def get_redirect_uris(self) -> list[str]:
        return [self._tool.launch]

    def get_domain(self) -> str:
        return self._tool.domain

    def get_target_link_uri(self) -> str:
        return self._tool.launch

    def get_logo_uri(self) -> str:
        return self._tool.icon

    def get_claims(self) -> list[str]:
        return ["iss", "sub"]

    def get_messages(self) -> list[dict[str, Any]]:
        # in this order: Canvas gives each placement to the first message that it suits, and one
        # that names none a placement of its own accord
        placements = [each for each in _PLACEMENTS if each in self._supported.get(_PICK, ())]
        pick = self._message(_PICK)
        return [{**pick, "placements": placements} if placements else pick, self._message(_OPEN)]

    def _message(self, kind: str) -> dict[str, Any]:
        return {
            "type": kind,
            "target_link_uri": self._tool.launch,
            "label": self._tool.site.title,
            "icon_uri": self._tool.icon,
        }


def canvas(tool: Tool) -> dict[str, Any]:
    """Return the configuration that Canvas reads from an address."""
    title = tool.site.title
    placements = [
        {
            "placement": each,
            "message_type": _PICK,
            "target_link_uri": tool.launch,
            "text": title,
            "icon_url": tool.icon,
            "selection_width": _WIDE,
            "selection_height": _HIGH,
        }
        for each in _CANVAS
    ]
    return {
        "title": title,
        "description": tool.about,
        "oidc_initiation_url": tool.login,
        "target_link_uri": tool.launch,
        "scopes": [],
        "public_jwk_url": tool.keys,
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": tool.domain,
                "tool_id": tool.domain,
                "privacy_level": "anonymous",
                "settings": {"text": title, "icon_url": tool.icon, "placements": placements},
            }
        ],
    }
