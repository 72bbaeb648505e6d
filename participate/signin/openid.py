"""OpenID Connect, the code flow with PKCE: what the service says of itself and of somebody, and its checks.

Only addresses under the issuer's own origin are ever fetched; nothing that anybody gives is. The libraries
are imported when somebody signs in so, not before.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from participate.signin.outside import Journey, Service, is_safe_address

SCOPES = "openid email"
ALGORITHMS = ("RS256", "ES256")
LEEWAY = 60
"""Seconds by which clocks may differ."""
OLDEST = 600
"""A token is made at the moment it is asked for, so one that was made longer ago is not ours."""
KEPT = timedelta(hours=1)
# Not sooner, however many people press the button while the service is away or sends a key nobody knows.
AGAIN = timedelta(seconds=20)
EACH, ALL = 4.0, 10.0
ACCEPT = {"Accept": "application/json"}
LARGEST = 256 * 1024
LONGEST_SUBJECT = 255
WELL_KNOWN = "/.well-known/openid-configuration"


class ServiceAway(RuntimeError):
    """The service does not answer, or not with what it promised."""


class NotProven(RuntimeError):
    """What the service sent does not prove who somebody is; says why, for the log alone."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the service knows somebody as. `address` is None unless the service has checked it."""

    issuer: str
    subject: str
    address: str | None


class OpenID:
    """One service, with what it says of itself kept for a while. One for each process."""

    def __init__(self, service: Service, transport: Any = None) -> None:
        self.service = service
        self._transport = transport
        self._lock = asyncio.Lock()
        self._documents: dict[str, tuple[datetime, Mapping[str, Any] | None]] = {}

    async def way_there(self, journey: Journey, back: str, *, now: datetime) -> str:
        """The address at which the service asks somebody to sign in. Raises ServiceAway."""
        about = await self._about(now)
        async with self._client(about, back) as client:
            address, _state = client.create_authorization_url(
                about["authorization_endpoint"],
                state=journey.state,
                code_verifier=journey.verifier,
                nonce=journey.nonce,
            )
        return str(address)

    async def known_by(self, code: str, journey: Journey, back: str, *, now: datetime) -> Known:
        """Whom this code stands for. Raises ServiceAway, and NotProven."""
        about = await self._about(now)
        token = await self._exchanged(about, code, journey, back)
        claims = await self._claims(about, token, journey, now)
        if "email" not in claims and about.get("userinfo_endpoint"):
            claims = {**await self._told(about, token, claims["sub"]), "sub": claims["sub"]}
        address = claims.get("email")
        checked = claims.get("email_verified") is True and isinstance(address, str)
        return Known(self.service.issuer, claims["sub"], address if checked else None)

    async def _about(self, now: datetime) -> Mapping[str, Any]:
        about = await self._document(self.service.issuer.rstrip("/") + WELL_KNOWN, now, KEPT)
        if about.get("issuer") != self.service.issuer:
            raise ServiceAway("its document names another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._is_its_own(about.get(name)):
                raise ServiceAway(f"its {name} is missing, or on another host")
        return about

    def _is_its_own(self, address: object) -> bool:
        if not isinstance(address, str) or not is_safe_address(address):
            return False
        here, there = urlsplit(self.service.issuer), urlsplit(address)
        return (here.scheme, here.netloc.lower()) == (there.scheme, there.netloc.lower())

    async def _exchanged(
        self, about: Mapping[str, Any], code: str, journey: Journey, back: str
    ) -> Mapping[str, Any]:
        from authlib.integrations.base_client import OAuthError
        from httpx2 import HTTPError

        try:
            async with asyncio.timeout(ALL), self._client(about, back) as client:
                token = await client.fetch_token(
                    about["token_endpoint"],
                    code=code,
                    code_verifier=journey.verifier,
                    grant_type="authorization_code",
                )
        except OAuthError as error:
            raise NotProven(f"the code was refused: {error.error!r:.60}") from None
        except (HTTPError, TimeoutError, ValueError) as error:
            raise ServiceAway(type(error).__name__) from None
        if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
            raise NotProven("there is no ID token")
        return token

    async def _claims(
        self, about: Mapping[str, Any], token: Mapping[str, Any], journey: Journey, now: datetime
    ) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        try:
            read = await self._read(about, token["id_token"], now)
            required = {
                "iss": {"essential": True, "value": self.service.issuer},
                "aud": {"essential": True, "value": self.service.client_id},
                "sub": {"essential": True},
            }
            params = {
                "nonce": journey.nonce,
                "client_id": self.service.client_id,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(read.claims, read.header, required, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotProven(f"the ID token is not good: {error!r:.120}") from None
        if claims["iat"] < now.timestamp() - OLDEST:
            raise NotProven("the ID token is old")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
            raise NotProven("the ID token names nobody")
        return dict(claims)

    async def _read(self, about: Mapping[str, Any], token: str, now: datetime) -> Any:
        """The token with its signature checked; keys are fetched again for one that nobody knows."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError
        from joserfc.jwk import KeySet

        async def keys(kept: timedelta) -> KeySet:
            found = await self._document(about["jwks_uri"], now, kept)
            return KeySet.import_key_set({"keys": [key for key in found["keys"] if _signs(key)]})

        try:
            return jwt.decode(token, await keys(KEPT), algorithms=list(ALGORITHMS))
        except (InvalidKeyIdError, ValueError):
            return jwt.decode(token, await keys(AGAIN), algorithms=list(ALGORITHMS))

    async def _told(
        self, about: Mapping[str, Any], token: Mapping[str, Any], subject: str
    ) -> Mapping[str, Any]:
        """What the service tells of somebody apart from the token, where it keeps the address out of that."""
        address, access = about["userinfo_endpoint"], token.get("access_token")
        if not self._is_its_own(address) or not isinstance(access, str) or not access.isascii():
            return {}
        told = await self._fetched(address, {"Authorization": f"Bearer {access}"})
        if told.get("sub") != subject:
            raise NotProven("what it tells is of somebody else")
        return told

    async def _document(self, address: str, now: datetime, kept: timedelta) -> Mapping[str, Any]:
        """A document of the service, fetched again when it is older than `kept`; failures are kept too."""
        async with self._lock:
            at, found = self._documents.get(address, (None, None))
            if at is None or not timedelta(0) <= now - at < (AGAIN if found is None else kept):
                try:
                    at, found = now, await self._fetched(address)
                except ServiceAway:
                    self._documents[address] = (now, None)
                    raise
                self._documents[address] = (at, found)
        if found is None:
            raise ServiceAway("it did not answer a moment ago")
        return found

    async def _fetched(self, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        import json

        from httpx2 import AsyncClient, HTTPError

        try:
            async with (
                asyncio.timeout(ALL),
                AsyncClient(transport=self._transport, timeout=EACH, follow_redirects=False) as client,
                client.stream("GET", address, headers={**ACCEPT, **(headers or {})}) as reply,
            ):
                if reply.status_code != 200:
                    raise ServiceAway(f"it answered {reply.status_code}")
                content = b""
                async for part in reply.aiter_bytes():
                    content += part
                    if len(content) > LARGEST:
                        raise ServiceAway("its document is too large")
            found = json.loads(content)
        except (HTTPError, TimeoutError, ValueError, RecursionError) as error:
            raise ServiceAway(type(error).__name__) from None
        if not isinstance(found, dict):
            raise ServiceAway("its document is none")
        return found

    def _client(self, about: Mapping[str, Any], back: str) -> Any:
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        offered = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        return AsyncOAuth2Client(
            self.service.client_id,
            self.service.client_secret or None,
            token_endpoint_auth_method=method if self.service.client_secret else "none",
            code_challenge_method="S256",
            scope=SCOPES,
            redirect_uri=back,
            transport=self._transport,
            timeout=EACH,
            follow_redirects=False,
        )


def _signs(key: object) -> bool:
    """Whether a key of the service may be one that signs; keys of kinds unknown here are passed over."""
    return (
        isinstance(key, dict)
        and key.get("kty") in ("RSA", "EC")
        and key.get("use", "sig") == "sig"
        and (key["kty"] == "RSA" or key.get("crv") == "P-256")
    )
