"""Mistakes with a number of the answer's own in them: solved from what was given, and held to every trial."""

import pytest

from compare.exercises.table.solved import _solution, _written
from tests.answers import RIGHT, found
from tests.exercises.records.test_history import said


@pytest.mark.parametrize("n", [3, 4, 10, 200])
def test_a_divisor_that_is_written_as_a_number_is_told(n: int) -> None:
    finding = found("gradients", f"def gradients(x, y, w, b): r = w*x+b-y; return 2*(r*x).sum()/{n}, 2*r.sum()/{n}")
    assert (finding.mistakes, finding.parameter) == (("fixed-n",), float(n))
    assert f"divides by {n}, whatever n is" in said(finding)


def test_half_a_sum_is_no_division_by_two() -> None:
    finding = found("mse", "def mse(yp, y): return ((yp - y) ** 2).sum() / 2")
    assert finding.mistakes == ("missing-factor-two", "sum-not-mean")


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_the_decimals_that_results_are_rounded_to_are_told(decimals: int) -> None:
    coding = f"def predict(x, w, b): return np.round(w * x + b, {decimals})"
    finding = found("predict", coding)
    assert (finding.mistakes, finding.parameter) == (("rounds-its-results",), float(decimals))
    assert f"has {decimals} decimals at most" in said(finding)


START = "    losses = []\n"


@pytest.mark.parametrize(
    ("line", "start", "words"),
    [
        ("w = b = 0.0", (0.0, 0.0), "from w = 0, b = 0,"),
        ("w, b = 0.125, -2.5", (0.125, -2.5), "from w = 0.125, b = -2.5,"),
        ("w = 1.0", (1.0, None), "from w = 1,"),
        ("b = -0.5", (None, -0.5), "from b = -0.5,"),
    ],
)
@pytest.mark.parametrize("task", ["train", "train_momentum"])
def test_a_start_of_the_runs_own_is_told(
    task: str, line: str, start: tuple[float | None, float | None], words: str
) -> None:
    finding = found(task, RIGHT[task].replace("losses", f"{line}; losses", 1))
    assert (finding.mistakes, finding.start, finding.fault) == (("ignores-the-start",), start, "start")
    assert words in said(finding)


def test_a_start_is_told_beside_another_mistake() -> None:
    coding = RIGHT["train"].replace("losses", "w = b = 0.0; losses", 1).replace("lr * 2 *", "lr *")
    finding = found("train", coding)
    assert (finding.mistakes, finding.start) == (("ignores-the-start", "missing-factor-two"), (0.0, 0.0))


def test_linear_equations_are_solved_where_they_have_one_solution() -> None:
    assert _solution([[0.0, 2.0, 4.0], [3.0, 1.0, 5.0]], 2) == [1.0, 2.0]
    assert _solution([[1.0, 2.0, 4.0], [2.0, 4.0, 5.0]], 2) is None
    assert _solution([[1.0, 2.0, 4.0]], 2) is None
    assert _solution([[1.0, float("nan")]], 1) is None


def test_a_number_is_taken_for_the_one_that_was_written() -> None:
    assert _written(0.3333333333) == 1 / 3
    assert _written(0.12345678) == 0.12345678
