"""Somebody of the demonstration's cast who stands on a side."""

from dataclasses import dataclass
from datetime import datetime

from charters.enforcement import Facts
from charters.facts import Belonging
from charters.states import Attestation, Role, Side


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody on a side, as the rules know them: their pseudonym, and since when they belong where."""

    voter: str
    name: str
    side: Side
    belonging: Belonging

    def asking(self, moment: datetime) -> Facts:
        """The facts about them at a moment."""
        body = self.side is Side.BODY
        return Facts(
            now=moment,
            signed_in=True,
            has_device=True,
            roles=frozenset({Role.DELEGATE if body else Role.MEMBER}),
            side=self.side,
            attestation=Attestation.STAFF if body else Attestation.EMAIL,
            belonging=self.belonging,
        )
