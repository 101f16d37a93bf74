"""A finding's one line in the ledger: its text to the byte, and the very finding back."""

import json

import pytest

from compare.exercises.findings import Counterexample, ExerciseFinding, Failure, Finding
from compare.grading.findings import decode, encode

PAIRS = [
    (Finding(3.0, 4.0, ()), '{"points":3.0,"of":4.0,"exercises":[]}'),
    (
        Finding(0.0, 4.0, (), Failure("error", "이름", 3), ("left-out:3:error:",)),
        '{"points":0.0,"of":4.0,"exercises":[],"failure":{"reason":"error","detail":"이름","line":3},'
        '"notes":["left-out:3:error:"]}',
    ),
    (
        Finding(0.0, 4.0, (ExerciseFinding("mse", "right", 4.0), ExerciseFinding("db", "wrong", 2.0, 0.5, line=7))),
        '{"points":0.0,"of":4.0,"exercises":[{"name":"mse","verdict":"right","of":4.0},'
        '{"name":"db","verdict":"wrong","of":2.0,"points":0.5,"line":7}]}',
    ),
    (
        Finding(
            0.0, 4.0,
            (
                ExerciseFinding(
                    "mse", "wrong", 4.0, mistakes=("sum",), mended=True, shape_given=(2, 3),
                    counterexample=Counterexample({"yp": [1.0, None], "y": 0.5}, None, [[2.0], 0.1]),
                ),
            ),
        ),
        '{"points":0.0,"of":4.0,"exercises":[{"name":"mse","verdict":"wrong","of":4.0,"mistakes":["sum"],'
        '"mended":true,"counterexample":{"inputs":{"yp":[1.0,null],"y":0.5},"given":null,"expected":[[2.0],0.1]},'
        '"shape_given":[2,3]}]}',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "text"), PAIRS, ids=["nothing", "failure", "exercises", "counterexample"])
def test_a_finding_is_one_line_of_what_is_not_as_usual_and_comes_back_from_it(finding: Finding, text: str) -> None:
    assert encode(finding) == text
    decode.cache_clear()
    assert decode(text) == finding


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")], ids=str)
def test_a_number_that_is_not_finite_is_told_as_none(number: float) -> None:
    finding = Finding(number, 4.0, (ExerciseFinding("mse", "wrong", 4.0, got=number, off=0.1),))
    exercise = {"name": "mse", "verdict": "wrong", "of": 4.0, "got": None, "off": 0.1}
    assert json.loads(encode(finding)) == {"points": None, "of": 4.0, "exercises": [exercise]}


def test_an_input_that_json_has_no_number_for_is_refused() -> None:
    example = Counterexample({"x": float("nan")}, 0.0, 1.0)
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(Finding(0.0, 4.0, (ExerciseFinding("mse", "wrong", 4.0, counterexample=example),)))


def test_half_a_surrogate_pair_is_spelt_out_wherever_it_stands() -> None:
    finding = Finding(0.0, 4.0, (ExerciseFinding("mse", "wrong", 4.0, notes=("a\ud800",), detail="\udfff가"),), None)
    assert encode(finding).endswith(r'"notes":["a\\ud800"],"detail":"\\udfff가"}]}')


@pytest.mark.parametrize(
    "text",
    [
        '{"points":3.0,"of":4.0}',
        '{"points":3.0,"of":4.0,"exercises":[{"name":"mse","verdict":"right","of":4.0,"colour":"red"}]}',
        '{"points":3.0,"of":4.0,"exercises":[],"failure":{"reason":"error"}}',
    ],
    ids=["no exercises", "an unknown field", "half a failure"],
)
def test_the_text_of_another_version_is_an_error(text: str) -> None:
    with pytest.raises((TypeError, KeyError)):
        decode(text)
