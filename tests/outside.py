"""A service to sign in by, within the test: real keys and tokens, and one fault at a time."""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.people import Clock

ISSUER = "https://sign-in.avonmere.example"
CLIENT = "participate-here"
SECRET = "told to nobody else"
NAME = "Avonmere Sign-in"


def _keys() -> dict[str, Any]:
    return {
        "RS256": RSAKey.generate_key(2048, {"kid": "r"}),
        "ES256": ECKey.generate_key("P-256", {"kid": "e"}),
    }


KEYS, STRANGERS = _keys(), _keys()


@dataclass
class Outside:
    """`claims` and `about` change what it says; `gone` lets it answer nothing; `alg` is how it signs."""

    clock: Clock
    alg: str = "RS256"
    keys: dict[str, Any] = field(default_factory=lambda: dict(KEYS))
    signs_with: dict[str, Any] = field(default_factory=lambda: dict(KEYS))
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] | None = None
    gone: bool = False
    forged: str | None = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def transport(self) -> httpx2.AsyncBaseTransport:
        return httpx2.MockTransport(self.answer)

    def agree(self, address: str) -> str:
        """What somebody who signs in there is sent back with: the query of the address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{secrets.token_hex(4)}"
        self.codes[code] = asked
        return f"code={code}&state={asked['state']}"

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.method} {request.url}")
        if self.gone:
            raise httpx2.ConnectError("nobody is there", request=request)
        path = request.url.path
        if path == "/.well-known/openid-configuration":
            return httpx2.Response(200, json=self._about())
        if path == "/keys":
            keys = [key.as_dict(private=False) for key in self.keys.values()]
            return httpx2.Response(200, json={"keys": keys})
        if path == "/told" and self.told is not None:
            assert request.headers["Authorization"] == "Bearer access"
            return httpx2.Response(200, json=self.told)
        if path == "/token":
            return self._token(request)
        return httpx2.Response(404)

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/ask",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/told",
            **self.about,
        }

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        assert request.headers["Authorization"].startswith("Basic ")
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = _written(sha256(sent["code_verifier"].encode()).digest())
        proven = asked is not None and challenge == asked["code_challenge"]
        if asked is None or not proven or sent["redirect_uri"] != asked["redirect_uri"]:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        token = self.forged or self.signed(asked["nonce"])
        return httpx2.Response(
            200, json={"access_token": "access", "token_type": "Bearer", "id_token": token, "expires_in": 60}
        )

    def signed(self, nonce: str) -> str:
        moment = int(self.clock().timestamp())
        claims = {
            "iss": ISSUER,
            "sub": "person-7",
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": nonce,
            "email": "Flo@example.org",
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.alg == "none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if self.alg == "HS256":
            # Signed with what everybody can read: the public key taken for a secret.
            key = self.keys["RS256"].as_pem(private=False)
            signed = f"{_part({'alg': 'HS256', 'kid': 'r'})}.{_part(claims)}"
            return f"{signed}.{_written(hmac.digest(key, signed.encode(), sha256))}"
        key = self.signs_with[self.alg]
        return jwt.encode({"alg": self.alg, "kid": key.kid}, claims, key)


def _part(content: dict[str, Any]) -> str:
    return _written(json.dumps(content).encode())


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
