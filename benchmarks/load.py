"""A load: raw HTTP/1.1 over connections kept open, so that little of the cost is the client's."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

CONNECTIONS = 16


@dataclass(frozen=True)
class Burst:
    """Answers by status, and the seconds that each request took, sorted."""

    statuses: dict[int, int]
    seconds: tuple[float, ...]
    wall: float

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.wall

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        return 1000 * self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def request(method: str, path: str, *, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{k}: {v}" for k, v in headers.items())]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def burst(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Burst:
    """Send everything, each connection waiting for an answer before it asks again."""
    return asyncio.run(_burst(port, requests, connections))


async def _burst(port: int, requests: Sequence[bytes], connections: int) -> Burst:
    statuses: dict[int, int] = {}
    seconds: list[float] = []
    left = iter(requests)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for message in left:
            began = time.perf_counter()
            writer.write(message)
            status, closing = await _answer(reader)
            seconds.append(time.perf_counter() - began)
            statuses[status] = statuses.get(status, 0) + 1
            if closing:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    return Burst(statuses, tuple(sorted(seconds)), time.perf_counter() - began)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    elif headers.get("transfer-encoding") == "chunked":
        while True:
            size = int((await reader.readline()).strip(), 16)
            await reader.readexactly(size + 2)
            if size == 0:
                break
    return int(lines[0].split()[1]), headers.get("connection") == "close"
