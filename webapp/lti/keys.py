"""Our own keys: made at first use, public as a JWKS (RFC 7517)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from flask import Flask, Response, jsonify
from pylti1p3.dynamic_registration import generate_key_pair
from pylti1p3.registration import Registration

from webapp.lti.describing import KEYS

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

_BITS = 2048
_FIVE_MINUTES = 300


def make() -> tuple[str, str]:
    """Return kid and private key (PEM) of a new pair for RS256."""
    private, _public = generate_key_pair(_BITS)
    return public(private)["kid"], private


@lru_cache(maxsize=8)  # to read a private key takes longer than all else of an answer
def public(pem: str) -> Mapping[str, Any]:
    """Return the public half of a private key, as a JWK; its kid is its thumbprint (RFC 7638)."""
    half = load_pem_private_key(pem.encode(), None).public_key()
    said = half.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return dict(Registration.get_jwk(said))


def register(app: Flask, catalogue: Catalogue) -> None:
    """Give the key set its address."""

    def jwks() -> Response:
        signing = catalogue.store.signing
        signing.current(make)  # a platform may ask before anything was signed
        response = jsonify(
            {"keys": [{**public(key.pem), "kid": key.kid} for key in signing.public()]}
        )
        response.headers["Cache-Control"] = f"public, max-age={_FIVE_MINUTES}"
        return response

    app.add_url_rule(KEYS, "lti.jwks", jwks)
