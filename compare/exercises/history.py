"""Losses alone: what a recorded history says about the loop that recorded it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compare.exercises.findings import ExerciseFinding

if TYPE_CHECKING:
    from compare.lessons import Lesson


def diagnose_history(losses: Sequence[str], lesson: Lesson) -> ExerciseFinding:
    """Judge the losses of every epoch, or of every `record_every`-th, to the digits given: `"0.1423"` has four.

    A loss out of a binary file is given with `repr`.
    """
    raise NotImplementedError(losses, lesson)
