"""Where a request came from: the client's network, and whoever acts from it.

Behind no trusted proxy only the connection itself is believed. Behind n of them each has added the address
that it saw at the end of `X-Forwarded-For`, so the n-th from the end is the client's; what stands further
to the left anybody can have written.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from quart import Request, current_app, request

from deliberation.opinion.taking_part import Visitor
from deliberation.running.limits import Acts
from participate.current import account_id, device, now, settings
from participate.security import CookiesBlocked

UNKNOWN = "unknown"
# A household or an office is commonly given a /56, of which each of its machines can use any address.
HOME = 56


def client_network(request: Request, trusted_proxies: int) -> str:
    """The client's network: an IPv4 address, an IPv6 /56, or "unknown" for a local socket."""
    client = (request.scope or {}).get("client")
    peer = client[0] if client else ""
    if trusted_proxies == 0:
        return network_of(peer)
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    return network_of(address_seen(peer, forwarded.split(","), trusted_proxies))


def address_seen(peer: str, forwarded: Sequence[str], trusted_proxies: int) -> str:
    """The address that the outermost trusted proxy saw; the nearest believable one where it is missing."""
    believed = [peer]
    written = [entry.strip() for entry in forwarded if entry.strip()]
    for entry in reversed(written[max(0, len(written) - trusted_proxies) :] if trusted_proxies else []):
        if _address(entry) is None:
            break
        believed.append(entry)
    return believed[-1]


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The network that an address is counted under."""
    parsed = _address(address)
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((int(parsed), HOME), strict=False))
    return UNKNOWN if parsed is None else str(parsed)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address, without the port that some proxies add; None for anything else."""
    if text.startswith("["):
        text = text[1:].split("]")[0]
    elif text.count(":") == 1:
        text = text.split(":")[0]
    try:
        return ip_address(text.split("%")[0])
    except ValueError:
        return None


def visitor() -> Visitor:
    """Whoever sent the present request. Raises CookiesBlocked where no cookie came."""
    current = device()
    if current is None:
        raise CookiesBlocked
    own = settings()
    return Visitor(
        secret=current.secret.encode(),
        master=own.pseudonym_master,
        network=client_network(request, own.trusted_proxies),
        newcomers=own.new_participants_an_hour,
        account_id=account_id(),
    )


def acting() -> Visitor:
    """As `visitor`, for a vote, its undo or a statement: the act is counted for the device."""
    whoever = visitor()
    acts: Acts = current_app.extensions["acts"]
    return replace(whoever, limit_ends=acts.count(whoever.secret, now()))
