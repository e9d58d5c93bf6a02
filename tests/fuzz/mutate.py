"""Files that somebody has spoiled: a good one with a few places changed, the same for the same seed."""

from __future__ import annotations

import random

_NUMBERS = [0, 1, 127, 128, 255, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]
"""Where counters and signs turn over."""
_MOST_CHANGES = 6
_LONGEST_B = 200_000


def spoiled(good: bytes, words: tuple[bytes, ...], seed: int) -> bytes:
    """
    `good` with one to six changes.

    Parameters
    ----------
    words
        What means something in a file of this kind, put in at any place.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret
    content = bytearray(good)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        at = chance.randint(0, max(0, len(content) - 1))
        length = chance.choice((1, 1, 2, 4, 8, chance.randint(1, 64)))
        match chance.randrange(9):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                content[at : at + 1] = bytes(byte ^ (1 << chance.randrange(8)) for byte in content[at : at + 1])
            case 2:
                del content[at : at + length]
            case 3:
                content[at:at] = content[at : at + length] * chance.choice((1, 2, 50))
            case 4:
                content[at:at] = chance.randbytes(length)
            case 5:
                width = chance.choice((1, 2, 4, 8))
                number = chance.choice(_NUMBERS) % 256**width
                content[at : at + width] = number.to_bytes(width, chance.choice(("little", "big")))
            case 6 if chance.random() < 0.3:
                del content[at:]
            case 7:
                to = chance.randint(0, max(0, len(content) - 1))
                content[to : to + length] = content[at : at + length]
            case _:
                content[at : at + chance.choice((0, length))] = chance.choice(words)
    return bytes(content[:_LONGEST_B])
