"""How two versions of a proposal differ, clause by clause: by the numbers that clauses keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from deliberation.drafting.clauses import Standing
from deliberation.drafting.differences import Part, differences
from deliberation.drafting.versions import SealedClause


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A clause in both texts; `before` is None where it was added, `after` where it was taken out.

    `moved` says that it stands elsewhere among the clauses that both have.
    """

    number: int
    before: SealedClause | None
    after: SealedClause | None
    moved: bool = False

    @property
    def added(self) -> bool:
        """Whether only the later one has it."""
        return self.before is None

    @property
    def removed(self) -> bool:
        """Whether only the earlier one has it."""
        return self.after is None

    @property
    def changed(self) -> bool:
        """Whether both have it, in other words."""
        return self.before is not None and self.after is not None and self.before.hash != self.after.hash

    @property
    def same(self) -> bool:
        """Whether nothing about it differs."""
        return not (self.added or self.removed or self.changed or self.moved)

    @property
    def withheld(self) -> bool:
        """Whether its words cannot be compared, because a rule has removed one of them."""
        return any(one is not None and one.withheld for one in (self.before, self.after))

    @property
    def heading(self) -> Sequence[Part]:
        """What differs in its heading."""
        return differences(_heading(self.before), _heading(self.after))

    @property
    def text(self) -> Sequence[Part]:
        """What differs in its text."""
        return differences(_text(self.before), _text(self.after))

    @property
    def language(self) -> str:
        """That of its newer words."""
        either = self.after or self.before
        return either.language if either is not None else ""


def compared(before: Sequence[SealedClause], after: Sequence[SealedClause]) -> list[Compared]:
    """Every clause that either has, in the later order; what was taken out stands where it stood."""
    old, new = {one.number: one for one in before}, {one.number: one for one in after}
    moved = _moved([one for one in old if one in new], [one for one in new if one in old])
    order = list(new)
    for place, number in enumerate(old):
        if number not in new:
            above = list(old)[:place][-1:]
            order.insert(order.index(above[0]) + 1 if above else 0, number)
    return [
        Compared(number=number, before=old.get(number), after=new.get(number), moved=number in moved)
        for number in order
    ]


def _moved(old: Sequence[int], new: Sequence[int]) -> frozenset[int]:
    """Those that do not keep their place among the ones that both have."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {number for block in blocks for number in new[block.b : block.b + block.size]}
    return frozenset(new) - stayed


def as_drafted(standing: Sequence[Standing]) -> list[SealedClause]:
    """The clauses of a draft as they would be sealed now."""
    return [
        SealedClause(
            number=one.clause.number,
            heading=one.words.heading if one.words is not None else "",
            text=one.words.text if one.words is not None else "",
            language=one.words.language if one.words is not None else "",
            hash=one.hash,
            withheld=one.words is None,
        )
        for one in standing
    ]


def _heading(clause: SealedClause | None) -> str:
    return clause.heading if clause is not None else ""


def _text(clause: SealedClause | None) -> str:
    return clause.text if clause is not None else ""
