"""What a course shows: everything, the mistake without the numbers, or the verdict alone."""

import pytest

from compare.exercises.findings import RIGHT, VALUE, WRONG, Counterexample, ExerciseFinding, Failure, Finding
from compare.exercises.revealed import revealed

SHOWN_ALWAYS = {"name": "train", "verdict": WRONG, "of": 3.0, "points": 1.5, "tries": 14}
EXPECTED_NUMBERS = {
    "counterexample": Counterexample({"w": 1.0}, 2.0, 3.0),
    "got": 2.0, "truth": 3.0, "off": 1.0, "allowance": 0.25, "entry": 1, "moved": {"w": 1.0},
    "steps": ("w = 2 - 1 = 1",),
}  # fmt: skip
HINTS = {
    "reason": VALUE, "mistakes": ("uphill",), "also": ("another",), "in_loss": ("another",), "apart": ("dw",),
    "equal": "every-trial", "inherited": ("gradients",), "mended": True, "confirm": True,
    "outputs": ("losses",), "output": "losses", "shape_given": (3,), "shape_expected": (4,), "first_wrong_epoch": 2,
    "fault": "update", "frozen_at": 0.5, "parameter": 3.0, "start": (1.0, None), "rate": 0.125,
    "names": ("dw",), "words": {}, "diverges": (0.3, 0.2, 0.0), "since": 10, "every": 10,
    "notes": ("changed-input:x",), "line": 7,
    "detail": "NameError",
}  # fmt: skip
WHOLE = ExerciseFinding(**SHOWN_ALWAYS, **EXPECTED_NUMBERS, **HINTS)  # type: ignore[arg-type]


def test_every_field_is_tried() -> None:
    assert {*SHOWN_ALWAYS, *EXPECTED_NUMBERS, *HINTS} == set(ExerciseFinding._fields)


@pytest.mark.parametrize(
    ("reveal", "seen"),
    [
        ("values", WHOLE),
        ("hints", ExerciseFinding(**SHOWN_ALWAYS, **HINTS)),  # type: ignore[arg-type]
        ("verdicts", ExerciseFinding(**SHOWN_ALWAYS)),  # type: ignore[arg-type]
    ],
)
def test_a_course_shows_what_it_says_and_no_more(reveal: str, seen: ExerciseFinding) -> None:
    finding = Finding(1.5, 3.0, (WHOLE, WHOLE), Failure("timed-out", "2", 1), ("left-out:3:error:",))
    assert revealed(finding, reveal) == finding._replace(exercises=(seen, seen))


def test_what_is_right_only_given_the_own_steps_is_said_to_be_so_even_where_verdicts_alone_are_shown() -> None:
    follows = {"inherited": ("mse",), "mended": True, "confirm": True}
    right = ExerciseFinding("train", RIGHT, 3.0, 3.0, tries=14)
    told = right._replace(**follows, notes=("changed-input:x",))  # type: ignore[arg-type]
    (seen,) = revealed(Finding(3.0, 3.0, (told,)), "verdicts").exercises
    assert seen == right._replace(**follows)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reason", "left"), [("error", ""), ("bad-source", ""), ("crashed", ""), ("timed-out", "2"), ("stalled", "2")]
)
def test_verdicts_show_no_text_of_the_students(reason: str, left: str) -> None:
    notes = ("left-out:3:error:ValueError: x = [1, 2]: 5",)
    finding = Finding(0.0, 3.0, (), Failure(reason, "2", 7), notes)
    shown = revealed(finding, "verdicts")
    assert (shown.failure, shown.notes) == (Failure(reason, left, 7), ("left-out:3:error:",))
    assert revealed(finding, "hints") == finding
