"""Near duplicates between writers: found, and kept out of evaluation.

``python -m benchmarks.near_duplicates`` lists them; two texts are near duplicates when they share
nearly all of their pieces of five characters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from arabic import fold
from benchmarks.examples import Example, read_examples

_PIECE = 5
_ALIKE = 0.7
"""Of all pieces of both, how many they share (Jaccard)."""

_RARE = 40
"""A piece that more texts have says little; near duplicates share rarer ones too."""

_SHORT = 12
"""Characters up to which people write the same by themselves, such as "what about a like?"."""


def near_duplicates(
    texts: Sequence[Example], others: Sequence[Example]
) -> Iterator[tuple[Example, Example]]:
    """Find for each text one of the others that is nearly the same, if there is one."""
    having: dict[str, list[int]] = defaultdict(list)
    cut = [_pieces(other.text) for other in others]
    for number, own in enumerate(cut):
        for piece in own:
            having[piece].append(number)
    for text in texts:
        own = _pieces(text.text)
        if len(fold(text.text)) <= _SHORT:
            continue
        tried = {n for piece in own if len(having[piece]) <= _RARE for n in having[piece]}
        near = (n for n in tried if len(own & cut[n]) >= _ALIKE * len(own | cut[n]))
        found = next(near, None)
        if found is not None:
            yield text, others[found]


def without_near_duplicates(texts: Sequence[Example], others: Sequence[Example]) -> list[Example]:
    """Leave out the texts of which the others hold a near duplicate."""
    left_out = {text.text for text, _ in near_duplicates(texts, others)}
    return [text for text in texts if text.text not in left_out]


def _pieces(text: str) -> frozenset[str]:
    folded = fold(text)
    return frozenset(folded[n : n + _PIECE] for n in range(max(len(folded) - _PIECE + 1, 1)))


def main() -> None:
    """List all near duplicates between different writers."""
    examples, count = read_examples(), 0
    for writer in sorted({example.writer for example in examples}):
        own = [example for example in examples if example.writer == writer]
        later = [example for example in examples if example.writer > writer]
        for text, other in near_duplicates(own, later):
            count += 1
            print(f"{text.writer}: {text.text}\n{other.writer}: {other.text}\n")
    print(f"{count} near duplicates between writers, in {len(examples)} examples")


if __name__ == "__main__":
    main()
