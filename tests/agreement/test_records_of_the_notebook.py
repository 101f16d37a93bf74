"""Every number that the notebook printed, and what its numbers hide."""

import pytest

from compare.agreement.comparison import compare_lesson
from compare.agreement.verdicts import is_printed_as
from compare.lessons import load, names
from manual.sgd import SGD
from manual.training import train


@pytest.fixture(scope="module")
def comparisons():
    return {name: compare_lesson(load(name)) for name in names()}


@pytest.mark.parametrize("name", names())
def test_every_bundled_lesson_agrees(comparisons, name):
    comparison = comparisons[name]
    assert comparison.verdict == "agree"
    entries = [*comparison.rows, *comparison.trajectory]
    assert {entry.verdict for entry in entries} <= {"identical", "within-rounding"}
    assert all(entry.fault is None for entry in comparison.trajectory)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_bundled_lesson_agrees_in_either_dtype(name, dtype):
    comparison = compare_lesson(load(name), dtype)
    assert (comparison.verdict, comparison.dtype) == ("agree", dtype)


def test_section_1_is_as_printed(comparisons):
    found = {row.quantity: row for row in comparisons["height-weight"].rows}
    assert list(found) == ["yp", "r", "loss", "dw", "db", "w_next", "b_next"]
    assert [str(found[name].exact) for name in ("loss", "dw", "db")] == ["1669/125", "-476/25", "2"]
    printed = [row for row in found.values() if row.recorded is not None]
    assert [row.quantity for row in printed] == ["yp", "loss", "dw", "db", "w_next", "b_next"]
    assert all(row.matches[side] for row in printed for side in ("manual", "autograd", "torch"))


def test_section_3_as_it_really_ran_matches_21_of_21_by_hand(comparisons):
    comparison = comparisons["hours-ability-recorded"]
    assert [epoch.matches["manual"] for epoch in comparison.trajectory] == [True] * 21
    final = {row.quantity: row for row in comparison.rows}
    assert final["w_final"].matches["manual"]
    assert final["b_final"].matches["manual"]
    assert comparison.dtype == "float32"


def test_section_3_as_written_prints_none_of_the_notebooks_losses(comparisons):
    record = load("hours-ability-recorded").recorded["losses"]
    written = [epoch.sides["manual"] for epoch in comparisons["hours-ability"].trajectory]
    assert not any(is_printed_as(value, text) for value, text in zip(written, record, strict=True))


def test_the_hidden_step_alone_or_the_frozen_bias_alone_does_not_explain_the_record():
    record = load("hours-ability-recorded").recorded["losses"]
    data = [1.0, 2.0, 3.0], [200.0, 400.0, 600.0]
    frozen = train(*data, 0.0, 0.998, SGD(lr=0.01), 200, ("w",)).loss[::10]
    hidden = train(*data, 0.0, 0.0, SGD(lr=0.01), 201).loss[1::10]
    assert not any(is_printed_as(float(value), text) for value, text in zip(frozen[:10], record[:10], strict=True))
    assert not any(is_printed_as(float(value), text) for value, text in zip(hidden, record, strict=True))


@pytest.mark.parametrize(
    ("name", "w", "b", "loss"),
    [
        ("hours-ability", "180.00992", "45.44215", "297.66490"),
        ("hours-ability-momentum", "199.95719", "0.08984", "0.00130"),
        ("height-weight-training", "1.82069", "0.01724", "4.53934"),
    ],
)
def test_where_the_runs_end_exactly(comparisons, name, w, b, loss):
    final = {row.quantity: row.exact for row in comparisons[name].rows}
    last = comparisons[name].trajectory[-1]
    assert (f"{float(final['w_final']):.5f}", f"{float(final['b_final']):.5f}", f"{last.exact:.5f}") == (w, b, loss)


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (13.352002143859863, "13.3520", True),
        (13.35206, "13.3520", False),
        (152792.828125, "1.52792828e+05", True),
        (152792.8286, "1.52792828e+05", False),
        (-4.0, "-4.", True),
        (0.998, "0.998", True),
        (None, "1.0", False),
        (0.1422851681, "1.42285168e-01", True),
    ],
)
def test_matching_a_record_means_equal_in_the_digits_printed(value, text, expected):
    assert is_printed_as(value, text) is expected


def test_another_dtype_has_no_record():
    comparison = compare_lesson(load("hours-ability-recorded"), "float64")
    assert all(epoch.recorded is None and epoch.matches["manual"] is None for epoch in comparison.trajectory)
