"""What `participate analyse` tells: a result in words for a person, and as a document for a program.

The document is described by docs/reference/analysis.schema.json.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clustering.results import (
    ConsensusItem,
    DivisiveItem,
    MinorityVoice,
    OpinionAnalysis,
    OpinionGroup,
    Representative,
)

SHOWN = 5
"""Statements told in words for each list; the document has all."""

CONTINUUM = (
    "The groups explain {share} % of what the votes predict; opinions differ by more than groups can say."
)


@dataclass(frozen=True)
class Analysed:
    """A result with what was analysed: `texts` by statement, `warnings` of whatever read the votes."""

    topic: str
    texts: Mapping[Any, str]
    n_participants: int
    n_statements: int
    n_votes: int
    warnings: tuple[str, ...]
    analysis: OpinionAnalysis

    def words(self) -> Iterator[str]:
        """The result line by line."""
        analysis = self.analysis
        yield self.topic
        yield (
            f"{self.n_participants:,} people cast {self.n_votes:,} votes on {self.n_statements:,} statements."
        )
        yield from analysis.notes
        if analysis.k > 1:
            yield from self._groups()
        for direction in ("agree", "disagree"):
            yield f"\nMost people {direction}:"
            yield from _listed([self._agreed(i) for i in analysis.consensus if i.direction == direction])
        if analysis.k > 1 and analysis.divisive:
            yield "\nThe groups differ most on this (the spread of their shares that agree):"
            yield from _listed([self._divides(item) for item in analysis.divisive])
        for voice in analysis.minority_voices:
            yield f"\nA minority voice, too small for a group: {voice.size:,} people."
            yield from _listed([self._marks(item) for item in voice.representative])

    def document(self) -> dict[str, Any]:
        """The result as plain data."""
        analysis = self.analysis
        return {
            "engine": analysis.engine,
            "engine_version": analysis.version,
            "seed": analysis.seed,
            "options": analysis.parameters,
            "n_participants": self.n_participants,
            "n_statements": self.n_statements,
            "n_votes": self.n_votes,
            "n_grouped": analysis.n_grouped,
            "k": analysis.k,
            "groups": [_group(group) for group in analysis.groups],
            "consensus": [_consensus(item) for item in analysis.consensus],
            "divisive": [_divisive(item) for item in analysis.divisive],
            "minority_voices": [_voice(voice) for voice in analysis.minority_voices],
            "warnings": [*analysis.notes, *self.warnings],
        }

    def _groups(self) -> Iterator[str]:
        analysis = self.analysis
        yield f"\n{analysis.k} groups of opinion:"
        yield from (_row(group, analysis.n_grouped) for group in analysis.groups)
        if analysis.explained is not None:
            yield CONTINUUM.format(share=round(100 * analysis.explained))
        for group in analysis.groups:
            yield f"\nGroup {_letter(group)}: {group.size:,} people. It stands out by this:"
            yield from _listed([self._marks(item) for item in group.representative])

    def _marks(self, item: Representative) -> str:
        outside = ""
        if item.votes_outside:
            outside = f", {_percent(item.successes_outside / item.votes_outside)} elsewhere"
        share = f"{_percent(item.share)} ({_span(item.low, item.high)}) of {item.votes:,}"
        return f"{share} {item.direction}{outside}: {self._said(item.statement_id)}"

    def _agreed(self, item: ConsensusItem) -> str:
        share = f"{_percent(item.score)} ({_span(item.low, item.high)}) {item.direction}"
        return f"{share}: {self._said(item.statement_id)}{_robust(item.robust_share)}"

    def _divides(self, item: DivisiveItem) -> str:
        # The score is a variance of shares: its root, the standard deviation, can be pictured.
        return f"{100 * item.score**0.5:.0f} points: {self._said(item.statement_id)}"

    def _said(self, statement: Any) -> str:
        text = self.texts.get(statement)
        return f"{statement}. {text}" if text else f"statement {statement}"


def _row(group: OpinionGroup, people: int) -> str:
    return f"  {_letter(group)}  {group.size:>9,} people  {_percent(group.size / people):>5}"


def _letter(group: OpinionGroup) -> str:
    return chr(ord("A") + group.id)


def _robust(share: float | None) -> str:
    if share is None:
        return ""
    return f" (It would take {100 * share:.1f} hostile participants in 100 to remove this.)"


def _listed(lines: list[str]) -> list[str]:
    more = [f"  and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*(f"  {line}" for line in lines[:SHOWN]), *more] or ["  (nothing)"]


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _span(low: float, high: float) -> str:
    return f"{round(100 * low)} to {round(100 * high)} %"


def _group(group: OpinionGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "size": group.size,
        "members": list(group.members),
        "representative": [_representative(item) for item in group.representative],
    }


def _representative(item: Representative) -> dict[str, Any]:
    return {
        "statement_id": item.statement_id,
        "direction": item.direction,
        "votes": item.votes,
        "share": item.share,
        "low": item.low,
        "high": item.high,
    }


def _consensus(item: ConsensusItem) -> dict[str, Any]:
    return {
        "statement_id": item.statement_id,
        "direction": item.direction,
        "score": item.score,
        "low": item.low,
        "high": item.high,
        "robust_share": item.robust_share,
    }


def _divisive(item: DivisiveItem) -> dict[str, Any]:
    return {"statement_id": item.statement_id, "score": item.score}


def _voice(voice: MinorityVoice) -> dict[str, Any]:
    return {
        "size": voice.size,
        "representative": [_representative(item) for item in voice.representative],
    }
