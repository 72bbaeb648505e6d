"""Near copies of a text, by the short runs of characters that texts share.

No model and no word list: it works alike for English, Welsh and Chinese, and for misspelt words.
It hints that a statement may be there already; it says nothing about meaning and refuses nothing.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import sqrt

from clustering.matrix import Id

SIZES = (3, 4, 5)
# A run of Chinese or Japanese signs carries what about twice as many letters do, and has no spaces.
DENSE_SIZES = (1, 2, 3)
DENSE = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
RUNS = re.compile(rf"(?P<dense>[{DENSE}]+)|[^\s{DENSE}]+")
APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc")
FLOOR = 0.6  # see tests/clustering/test_similarity.py for measured examples on both sides


def near_copies(
    text: str, others: Sequence[tuple[Id, str]], *, limit: int = 3, floor: float = FLOOR
) -> list[tuple[Id, float]]:
    """Return at most `limit` (id, score) of the most similar others with score >= `floor`, best first.

    The score is the cosine, 0 to 1, between counts of character n-grams, 3 to 5 letters inside words (a
    space at either end included) or 1 to 3 Chinese or Japanese signs, after Unicode NFC, case folding and
    dropping of punctuation; 1 means the same text but for these. Equal scores keep the order of `others`.
    Raises ValueError for a negative limit or a floor outside 0 to 1.
    """
    if limit < 0 or not 0 <= floor <= 1:
        raise ValueError(f"limit must be at least 0 and floor from 0 to 1, but they are {limit} and {floor}.")
    mine, length = _profile(text)
    scored = ((name, _cosine(mine, length, *_profile(other))) for name, other in others)
    return sorted((pair for pair in scored if pair[1] >= floor), key=lambda pair: -pair[1])[:limit]


def _cosine(mine: Counter[str], my_length: float, theirs: Counter[str], their_length: float) -> float:
    if not my_length or not their_length:
        return 0.0
    shorter, longer = sorted((mine, theirs), key=len)
    shared = sum(count * longer[gram] for gram, count in shorter.items() if gram in longer)
    return min(1.0, shared / (my_length * their_length))


@lru_cache(maxsize=4096)
def _profile(text: str) -> tuple[Counter[str], float]:
    """The counts of n-grams of a text, and their Euclidean length."""
    counts: Counter[str] = Counter()
    for run in RUNS.finditer(_plain(text)):
        padded = run[0] if run["dense"] else f" {run[0]} "
        for size in DENSE_SIZES if run["dense"] else SIZES:
            # A word shorter than the n-gram counts once, whole, as in scikit-learn's char_wb.
            counts.update(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
            if len(padded) <= size:
                break
    return counts, sqrt(sum(count * count for count in counts.values()))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    folded = folded.translate(APOSTROPHES)
    # Punctuation, symbols and spaces only: dropping all but letters would cut words at combining signs.
    return "".join(" " if unicodedata.category(sign)[0] in "PSZC" else sign for sign in folded)
