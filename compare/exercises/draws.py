"""Which inputs an answer is tried on: those of the course's seed, or some that nobody can have known beforehand.

    practice   the course's seed, below 2⁶³: the same inputs for everybody, as often as they like
    grading    a chance of 63 bits, drawn from the system each time. It stands for a pool of `POOL` inputs or more
               an exercise, in sets as large as that of practice; chance and the answer's own hash choose the set

A seed is one number in either case: a drawn one holds the chance, and which of its sets it is.
"""

BITS = 63
POOL = 400


def chance() -> int:
    """A new one."""
    import secrets  # which a check with the course's own seed need not pay for, as for hashlib below

    return secrets.randbits(BITS)


def drawn(chance: int, number: int) -> int:
    """The seed of the chance's set `number`."""
    return (chance + 1 << BITS) + number


def parted(seed: int) -> tuple[int, int] | None:
    """The chance and the number of the set, of a seed that was drawn."""
    high, number = divmod(seed, 1 << BITS)
    return (high - 1, number) if high > 0 else None


def chosen(chance: int, answer: bytes, sets: int) -> int:
    """The seed for one answer, from so many sets."""
    return drawn(chance, _hash(b"%d answer " % chance + answer) % sets)


def start(task: str, seed: int) -> int:
    """Where the numbers of an exercise begin: no number of one set tells those of another."""
    return _hash(b"%d exercise %s" % (seed, task.encode())) if parted(seed) else seed


class Numbers:
    """A linear congruential generator (Knuth's MMIX): the same numbers on every machine and in every version."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit


def _hash(data: bytes) -> int:
    import hashlib

    return int.from_bytes(hashlib.sha256(data).digest()[:8])
