"""A small LMS of our own: keys, login, launches, a place to come back to, and registration.

It says more of its users than anybody asked for, as real ones do. Serve it under another name than
the site (``localhost`` and ``127.0.0.1``), and a browser holds the two for strangers.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
import uuid
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, abort, jsonify, render_template_string, request
from werkzeug.serving import WSGIRequestHandler, make_server

from catalog.store.platforms import Platform

CORE = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
NAME, EMAIL = "Willemijn Proefpersoon", "w.proefpersoon@school.example"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"

_POST = """<!doctype html><title>LMS</title>
<form id="f" action="{{ to }}" method="post">{% for name, value in fields.items() %}
<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}</form>
<script>document.getElementById("f").submit()</script>"""
_COURSE = """<!doctype html><html lang="en"><title>Course</title><h1>Course</h1>
<iframe src="{{ login }}" title="tool" width="900" height="700"></iframe>
{% if storage %}<script>
const kept = {};
setTimeout(() => addEventListener("message", ({data, origin, source}) => {
  if (data.subject === "lti.put_data") kept[data.key] = data.value;
  else if (data.subject !== "lti.get_data") return;
  source.postMessage({...data, subject: data.subject + ".response", value: kept[data.key]}, origin);
}), 500); // a page of an LMS takes its time
</script>{% endif %}"""
_BACK = """<!doctype html><html lang="en"><title>Back</title><h1>Back</h1>
<pre>{{ items }}</pre><script>window.parent.document.title = "chosen"</script>"""


@cache
def key(name: str) -> Key:
    """Return the key pair of a name, made once: it takes a moment."""
    return Key(name)


class Key:
    """A key pair with a name."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def jwk(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "alg": "RS256", "use": "sig"}

    @property
    def pem(self) -> str:
        """The private key, as the store keeps those of the site."""
        kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return self.private.private_bytes(*kinds, serialization.NoEncryption()).decode()

    @property
    def public_pem(self) -> bytes:
        kinds = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(*kinds)


class Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Say nothing."""


class Lms:
    """The LMS. ``launches`` are the messages that it sends, by lti_message_hint."""

    def __init__(self, host: str = "localhost") -> None:
        self.key = key("first")
        self.keys = [self.key]
        self.client_id, self.deployment = "client-1", "deployment-1"
        self.tool = ""  # address of the site
        self.launches: dict[str, dict[str, Any]] = {}
        self.storage = ""  # the frame in which it keeps what tools give it
        self.returned: list[dict[str, Any]] = []  # messages that came back, verified
        self.asked = {"jwks": 0, "register": 0}
        self.registered: list[dict[str, Any]] = []  # what tools said of themselves
        self.registration_token = "one-time"
        self.answer: dict[str, Any] = {}  # changes of what registration answers
        self.configuration: dict[str, Any] = {}  # and of what it says of itself
        self._server = make_server(
            "127.0.0.1", 0, self._app(), threaded=True, request_handler=Quiet
        )
        self.issuer = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ---- what it is, and what it says

    @property
    def platform(self) -> Platform:
        """The registration, as the store has it."""
        return Platform(
            issuer=self.issuer,
            client_id=self.client_id,
            name="The LMS",
            login_url=f"{self.issuer}/auth",
            keys_url=f"{self.issuer}/jwks",
        )

    def login(self, hint: str, **changes: str) -> dict[str, str]:
        """Return what it sends to the login of the tool; a change to "" leaves a name out."""
        said = {
            "iss": self.issuer,
            "login_hint": "user-4711",
            "target_link_uri": f"{self.tool}/lti/launch",
            "lti_message_hint": hint,
            "client_id": self.client_id,
            "lti_deployment_id": self.deployment,
            "lti_storage_target": self.storage,
        }
        return {name: value for name, value in {**said, **changes}.items() if value}

    def open(self, record: str, **more: Any) -> str:
        """Offer a launch that opens a material, and return its hint."""
        claims = {
            f"{CORE}message_type": "LtiResourceLinkRequest",
            f"{CORE}resource_link": {"id": "link-1", "title": "An activity"},
            f"{CORE}custom": {"record": record} if record else {},
        }
        return self._offer({**claims, **more})

    def pick(self, settings: dict[str, Any] | None = None, **more: Any) -> str:
        """Offer a launch in which materials are chosen, and return its hint."""
        standard = {
            "deep_link_return_url": f"{self.issuer}/return",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_multiple": True,
        }
        claims = {
            f"{CORE}message_type": "LtiDeepLinkingRequest",
            f"{DEEP}deep_linking_settings": {**standard, **(settings or {})},
        }
        return self._offer({**claims, **more})

    def _offer(self, claims: dict[str, Any]) -> str:
        hint = uuid.uuid4().hex
        self.launches[hint] = claims
        return hint

    def claims(self, hint: str, nonce: str) -> dict[str, Any]:
        """Return all that a token says, in the manner of an LMS that tells everything."""
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "4711",
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            "name": NAME,
            "given_name": "Willemijn",
            "family_name": "Proefpersoon",
            "email": EMAIL,
            f"{CORE}version": "1.3.0",
            f"{CORE}deployment_id": self.deployment,
            f"{CORE}target_link_uri": f"{self.tool}/lti/launch",
            f"{CORE}roles": [ROLE],
            f"{CORE}context": {"id": "2", "label": "C1", "title": "A course"},
            f"{CORE}ext": {"user_username": EMAIL},
            f"{CORE}lis": {"person_sourcedid": EMAIL},
            f"{CORE}launch_presentation": {
                "locale": "nl",
                "document_target": "iframe",
                "return_url": f"{self.issuer}/course",
            },
            **self.launches[hint],
        }

    def token(self, claims: dict[str, Any], by: Key | None = None, **headers: Any) -> str:
        """Sign claims; a claim that is None is left out."""
        by = by or self.key
        there = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(there, by.private, "RS256", {"kid": by.kid, **headers})

    # ---- its pages

    def _app(self) -> Flask:
        app = Flask(__name__)
        views: dict[str, Any] = {
            "/jwks": self._jwks,
            "/auth": self._auth,
            "/course/<hint>": self._course,
            "/return": self._return,
            "/.well-known/openid-configuration": self._configuration,
            "/register": self._register,
        }
        for rule, view in views.items():
            app.add_url_rule(rule, view.__name__, view, methods=["GET", "POST"])
        return app

    def _jwks(self) -> Response:
        self.asked["jwks"] += 1
        return jsonify(keys=[key.jwk for key in self.keys])

    def _auth(self) -> str:
        said = request.values
        if said["client_id"] != self.client_id or said["redirect_uri"] != f"{self.tool}/lti/launch":
            abort(400)
        assert (said["response_type"], said["response_mode"]) == ("id_token", "form_post")
        token = self.token(self.claims(said["lti_message_hint"], said["nonce"]))
        fields = {"id_token": token, "state": said["state"]}
        return render_template_string(_POST, to=said["redirect_uri"], fields=fields)

    def _course(self, hint: str) -> str:
        login = f"{self.tool}/lti/login?{urlencode(self.login(hint))}"
        return render_template_string(_COURSE, login=login, storage=self.storage)

    def _return(self) -> str:
        self.returned.append(self.read(request.form["JWT"]))
        items = json.dumps(self.returned[-1][f"{DEEP}content_items"], indent=1)
        return render_template_string(_BACK, items=items)

    def read(self, token: str, keys: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what a message of the tool says, verified by the key set that the tool serves."""
        if keys is None:
            with urllib.request.urlopen(f"{self.tool}/lti/jwks.json", timeout=5) as answer:
                keys = json.load(answer)
        key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
        said = jwt.decode(
            token, key, algorithms=["RS256"], audience=self.issuer, issuer=self.client_id
        )
        return dict(said)

    def _configuration(self) -> Response:
        return jsonify({
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "registration_endpoint": f"{self.issuer}/register",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint": f"{self.issuer}/token",
            "scopes_supported": ["openid"],
            "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "email"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "an-lms",
                "version": "1",
                "messages_supported": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest"},
                ],
            },
            **self.configuration,
        })  # fmt: skip

    def _register(self) -> Response:
        self.asked["register"] += 1
        token = f"Bearer {self.registration_token}" if self.registration_token else ""
        if request.headers.get("Authorization", "") != token:
            abort(401)
        self.registered.append(request.get_json())
        tool = "https://purl.imsglobal.org/spec/lti-tool-configuration"
        said = {**request.get_json(), "client_id": self.client_id}
        said[tool] = {**said[tool], "deployment_id": self.deployment}
        return jsonify({**said, **self.answer})
