"""The engine's questions to parts of the people, asked of the workers of a Dask cluster.

The workers read the votes themselves: the path must lead to the same files everywhere. A cluster runs what
it is sent, so the address must be one that nobody else can reach, or one with certificates.
Needs Dask, which the extra `cluster` brings.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from distributed import Client, Future

from clustering.parquet import VOTES_A_PART, ranges_in, read_range
from clustering.parts import Part

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class PartsOnCluster:
    """Parts that stay in the memory of the workers; only answers travel."""

    client: Client
    parts: tuple[Future[Part], ...]

    def each(self, work: Callable[..., T], *values: Any, own: Sequence[Any] | None = None) -> list[T]:
        mine = [()] * len(self.parts) if own is None else [(one,) for one in own]
        asked = [
            self.client.submit(work, part, *values, *one, pure=False)
            for part, one in zip(self.parts, mine, strict=True)
        ]
        answers: list[T] = self.client.gather(asked)
        return answers

    def changed(self, work: Callable[..., Part], *values: Any) -> "PartsOnCluster":
        made = (self.client.submit(work, part, *values, pure=False) for part in self.parts)
        return PartsOnCluster(self.client, tuple(made))


@contextmanager
def votes_on_cluster(
    address: str, path: Path, *, votes_a_part: int = VOTES_A_PART
) -> Iterator[PartsOnCluster]:
    """The votes of `clustering.parquet.read_votes`, read by the workers of the cluster at `address`."""
    with Client(address, set_as_default=False) as client:
        ranges = ranges_in(path.resolve(), votes_a_part=votes_a_part)
        yield PartsOnCluster(client, tuple(client.map(read_range, ranges, pure=False)))
