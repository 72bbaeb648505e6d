"""A device that keeps passkeys, within the test: real keys and signatures, and one fault at a time."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Kept:
    """One passkey, with its private half."""

    id: bytes
    handle: str
    private: ec.EllipticCurvePrivateKey
    count: int = 0


@dataclass
class Authenticator:
    """`origin` and `host` are where its browser thinks that it is; the rest changes what it says.

    With `counts` false it says 0 at each use, as devices that share their passkeys do.
    """

    origin: str = "http://localhost"
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    cross_origin: bool = False
    held: list[Kept] = field(default_factory=list)

    def make(self, asked: dict[str, Any], **client: Any) -> str:
        """Answer what a page asks to make a passkey."""
        kept = Kept(secrets.token_bytes(16), asked["user"]["id"], ec.generate_private_key(ec.SECP256R1()))
        self.held.append(kept)
        credential = bytes(16) + len(kept.id).to_bytes(2, "big") + kept.id + _public(kept.private)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(kept, ATTESTED) + credential}
        told = self._client("webauthn.create", asked, client)
        return _answer(kept, {"clientDataJSON": text(told), "attestationObject": text(cbor2.dumps(attested))})

    def show(self, asked: dict[str, Any], which: int = -1, **client: Any) -> str:
        """Answer what a page asks to show a passkey: the last one made, unless another is named."""
        kept = self.held[which]
        kept.count += self.counts
        told, data = self._client("webauthn.get", asked, client), self._data(kept)
        signature = kept.private.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        return _answer(
            kept,
            {
                "clientDataJSON": text(told),
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": kept.handle,
            },
        )

    def _data(self, kept: Kept, more: int = 0) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return sha256(self.host.encode()).digest() + flags + kept.count.to_bytes(4, "big")

    def _client(self, kind: str, asked: dict[str, Any], more: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps({**told, "crossOrigin": self.cross_origin, **more}).encode()


def changed(answer: str, **response: Any) -> str:
    """The same answer with parts of its response changed, or with those of another answer."""
    document = json.loads(answer)
    document["response"].update(response)
    return json.dumps(document)


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def raw(written: str) -> bytes:
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))


def _answer(kept: Kept, response: dict[str, str]) -> str:
    name = text(kept.id)
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _public(private: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as authenticators write it."""
    numbers = private.public_key().public_numbers()
    key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    return cbor2.dumps(key)
