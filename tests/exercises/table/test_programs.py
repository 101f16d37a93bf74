"""What a program computes, right or with one thing changed: derived by hand, in exact numbers."""

from collections.abc import Mapping
from fractions import Fraction as F
from typing import Any

import pytest

from compare.exercises.table import programs
from compare.exercises.table.formulas import Formula
from compare.exercises.table.programs import Program, State, advanced, records, results

RIGHT = Program()
START = {"x": [F(1), F(3)], "y": [F(2), F(0)], "w": F(1), "b": F(2)}  # r = 1, 5; dw = 16; db = 6
RUN = {**START, "lr": F(1, 8)}
HEAVY = {**RUN, "momentum": F(1, 2)}


def _train(program: Program, epochs: int, given: Mapping[str, Any] = RUN) -> list[F]:
    task = "train_momentum" if "momentum" in given else "train"
    (losses,) = results(task, program, {**given, "epochs": epochs})
    return losses


@pytest.mark.parametrize(
    ("task", "given", "right"),
    [
        ("predict", {"x": START["x"], "w": F(1), "b": F(2)}, ([3, 5],)),
        ("mse", {"yp": [F(3), F(5)], "y": START["y"]}, (13,)),
        ("dmse_dyp", {"yp": [F(3), F(5)], "y": START["y"]}, ([1, 5],)),
        ("gradients", START, (16, 6)),
        ("sgd_step", {"w": F(1), "b": F(2), "dw": F(16), "db": F(6), "lr": F(1, 8)}, (-1, F(5, 4))),
        ("train", {**RUN, "epochs": 2}, ([13, F(49, 16), F(245, 256)],)),
        ("momentum_step", {"p": F(3), "v": F(12), "dp": F(8), "lr": F(1, 8), "momentum": F(1, 4)}, (F(13, 8), 11)),
        ("train_momentum", {**HEAVY, "epochs": 2}, ([13, F(49, 16), F(965, 256)],)),
    ],
)
def test_a_program_without_a_change_is_right_in_every_exercise(
    task: str, given: Mapping[str, Any], right: tuple[Any, ...]
) -> None:
    assert results(task, RIGHT, given) == right


def test_the_right_program_has_torchs_velocity_and_both_of_its_gradients_anew_at_one_place() -> None:
    assert Program(velocity=programs.TORCH, gradient=programs.FRESH) == RIGHT


@pytest.mark.parametrize(
    ("task", "program", "given", "wrong"),
    [
        ("predict", Program(slope=Formula(bias=False)), {"x": START["x"], "w": F(1), "b": F(2)}, ([1, 3],)),
        ("mse", Program(loss=Formula(target=False)), {"yp": [F(3), F(5)], "y": START["y"]}, (17,)),
        ("dmse_dyp", Program(slope=Formula(target=False)), {"yp": [F(3), F(5)], "y": START["y"]}, ([3, 5],)),
        ("gradients", Program(slope=Formula(bias=False)), START, (8, 2)),
    ],
)
def test_the_formula_of_the_loss_and_that_of_its_slope_are_two(
    task: str, program: Program, given: Mapping[str, Any], wrong: tuple[Any, ...]
) -> None:
    other = Program(loss=program.slope, slope=program.loss)
    assert results(task, program, given) == wrong
    assert results(task, other, given) == results(task, RIGHT, given)


@pytest.mark.parametrize(
    ("program", "stepped"),
    [
        (Program(direction=1), (3, F(11, 4))),
        (Program(rate=False), (-15, -4)),
        (Program(rate=False, direction=1), (17, 8)),
        (Program(bias_moves=False), (-1, 2)),
    ],
)
def test_a_step_may_go_up_at_full_length_or_without_the_bias(program: Program, stepped: tuple[F, F]) -> None:
    given = {"w": F(1), "b": F(2), "dw": F(16), "db": F(6), "lr": F(1, 8)}
    assert results("sgd_step", program, given) == stepped


@pytest.mark.parametrize(
    ("program", "stepped"),
    [
        (Program(velocity=programs.AVERAGED), (F(15, 8), 9)),
        (Program(velocity=programs.NESTEROV), (F(53, 32), 11)),
        (Program(velocity=programs.RATE_IN), (5, 2)),
        (Program(velocity=programs.RATE_IN_MINUS), (-1, 4)),
        (Program(velocity=programs.IGNORED), (2, 11)),
        (Program(velocity=programs.IGNORED_NO_BUFFER), (2, 8)),
        (Program(velocity=programs.IGNORED_KEPT), (2, 12)),
        (Program(direction=1), (F(35, 8), 11)),
        (Program(rate=False), (-8, 11)),
    ],
)
def test_the_velocity_may_be_kept_and_used_in_several_ways(program: Program, stepped: tuple[F, F]) -> None:
    given = {"p": F(3), "v": F(12), "dp": F(8), "lr": F(1, 8), "momentum": F(1, 4)}
    assert results("momentum_step", program, given) == stepped


@pytest.mark.parametrize(
    ("program", "losses"),
    [
        (Program(loss=Formula(sign=-1)), [-13, -F(49, 16), -F(245, 256)]),
        (Program(slope=Formula(bias=False)), [13, F(25, 16), F(61, 16)]),
        (Program(direction=1), [13, F(1217, 16)]),
        (Program(rate=False), [13, 1421]),
        (Program(bias_moves=False), [13, 1, F(1, 4)]),
        (Program(sequential=programs.W_FIRST), [13, F(9, 16)]),
        (Program(gradient=programs.ACCUMULATED), [13, F(49, 16), F(5085, 256), F(3625, 4096)]),
        (Program(gradient=programs.STALE), [13, F(49, 16), F(185, 4), F(2281, 16)]),
    ],
)
def test_a_run_may_go_wrong_in_its_loss_in_its_slope_and_in_its_update(program: Program, losses: list[F]) -> None:
    assert _train(program, len(losses) - 1) == losses


@pytest.mark.parametrize(
    ("program", "epochs", "losses"),
    [
        (RIGHT, 0, [13]),
        (Program(before=1), 1, [F(49, 16), F(245, 256)]),
        (Program(before=2), 0, [F(245, 256)]),
        (Program(more=1), 1, [13, F(49, 16), F(245, 256)]),
        (Program(more=-1), 2, [13, F(49, 16)]),
        (Program(more=-1, before=1), 2, [F(49, 16), F(245, 256)]),
    ],
)
def test_a_record_may_begin_late_and_end_early_or_late(program: Program, epochs: int, losses: list[F]) -> None:
    assert _train(program, epochs) == losses


def test_the_buffers_of_a_step_before_the_record_may_be_started_anew_once() -> None:
    assert _train(Program(before=1), 1, HEAVY) == [F(49, 16), F(965, 256)]
    anew = Program(before=1, buffer_kept=False)
    assert _train(anew, 2, HEAVY) == [F(49, 16), F(245, 256), F(4361, 4096)]


def test_every_loss_comes_with_the_state_that_it_is_the_loss_of() -> None:
    zero = [F(0)] * 4
    found = list(records(RIGHT, {**RUN, "epochs": 1}))
    assert found == [
        (State(F(1), F(2), *zero), 13),
        (State(F(-1), F(5, 4), F(0), F(0), F(16), F(6)), F(49, 16)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("program", "given", "after"),
    [
        (RIGHT, RUN, (-1, F(5, 4), 7, 9, 16, 6)),
        (RIGHT, HEAVY, (-1 - F(7, 16), F(5, 4) - F(9, 16), F(39, 2), F(21, 2), 16, 6)),
        (Program(bias_moves=False), HEAVY, (-1 - F(7, 16), 2, F(39, 2), 9, 16, 6)),
        (Program(sequential=programs.W_FIRST), RUN, (-1, F(9, 4), 7, 9, 16, -2)),
    ],
)
def test_an_update_moves_the_parameters_the_buffers_and_what_it_carries_on(
    program: Program, given: Mapping[str, Any], after: tuple[Any, ...]
) -> None:
    assert advanced(program, given, State(F(1), F(2), F(7), F(9), F(11), F(13)), 0) == after


@pytest.mark.parametrize(
    ("epoch", "carried"), [(0, (16, 6)), (1, (11, 13)), (2, (11, 13))], ids=["first", "second", "third"]
)
def test_a_stale_gradient_is_that_of_the_first_update(epoch: int, carried: tuple[F, F]) -> None:
    state = State(F(1), F(2), F(0), F(0), F(11), F(13))
    assert advanced(Program(gradient=programs.STALE), RUN, state, epoch)[4:] == carried


def test_a_program_without_a_value_says_so() -> None:
    single = {"yp": [F(1)], "y": [F(0)]}
    with pytest.raises(ZeroDivisionError):
        results("mse", Program(loss=Formula(divisor="n-1")), single)
