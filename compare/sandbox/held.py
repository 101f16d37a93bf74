"""What the zygote holds: the sets of exercises sent last, each in a slot, so that none is sent twice in a row."""

from collections.abc import Sequence

from compare.sandbox.calls import Exercise
from compare.sandbox.requests import SLOTS


class Held:
    """The judge's record of the slots."""

    def __init__(self) -> None:
        self._sets: dict[int, tuple[Exercise, ...]] = {}  # the one used longest ago comes first

    def place(self, exercises: Sequence[Exercise]) -> tuple[int, bool]:
        """The slot for a set, and whether the set has yet to be sent there, in the place of the one used longest ago.

        Sets made of the same `Exercise` objects are found to be the same at once.
        """
        wanted = tuple(exercises)
        found = next((slot for slot, held in self._sets.items() if held == wanted), None)
        slot = self._free() if found is None else found
        self._sets.pop(slot, None)
        self._sets[slot] = wanted
        return slot, found is None

    def _free(self) -> int:
        return len(self._sets) if len(self._sets) < SLOTS else next(iter(self._sets))
