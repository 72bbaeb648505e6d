"""What is wrong with a document that somebody wrote: where, what stands there, the rule, how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from charters.wording import Words

LONGEST_SHOWN = 80


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()
"""Stands as the value of a fault where nothing stands in the file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `path` leads to it from the top of the file, as in ``assets[0].licence``."""

    path: str
    value: object
    rule: Words
    mend: Words

    @property
    def sentence(self) -> Words:
        """Place, value and rule, and how to mend it."""
        if self.value is MISSING:
            return Words("%(path)s %(rule)s. %(mend)s", path=self.path, rule=self.rule, mend=self.mend)
        value = self.value
        shown = _shortened(str(value) if isinstance(value, Decimal) else repr(value))
        return Words(
            "%(path)s is %(value)s: it %(rule)s. %(mend)s",
            path=self.path,
            value=shown,
            rule=self.rule,
            mend=self.mend,
        )


class PolicyError(ValueError):
    """A file that cannot be used. `faults` has every one that was found; the first is quoted by name."""

    def __init__(self, path: str, value: object, rule: Words, mend: Words) -> None:
        self._tell((Fault(path, value, rule, mend),))

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> "PolicyError":
        """One error for all of them. Raises ValueError where there is none."""
        error = cls.__new__(cls)
        error._tell(tuple(faults))
        return error

    def _tell(self, faults: tuple[Fault, ...]) -> None:
        if not faults:
            raise ValueError("there is no fault to tell of")
        super().__init__("\n".join(fault.sentence for fault in faults))
        self.faults = faults
        self.path, self.value, self.rule = faults[0].path, faults[0].value, faults[0].rule


def joined(path: str, step: object) -> str:
    """The path one step further down: a name after a dot, or a place in a list."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else str(step)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
