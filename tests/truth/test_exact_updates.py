"""An exact update is the linear form that the optimizer's rule gives by hand."""

from fractions import Fraction as F

import pytest

from compare.truth.exact import Matrix, Ratio, apply, step_matrix, trajectory, update

P, V, DP = ((F(1), F(0), F(0)), (F(0), F(1), F(0)), (F(0), F(0), F(1)))
LR = {"lr": F(1, 2)}
MOMENTUM = LR | {"momentum": F(1, 4)}


@pytest.mark.parametrize(
    ("options", "first", "p", "v"),
    [
        ({}, False, (1, 0, 0), (0, 1, 0)),
        (LR, True, (1, 0, F(-1, 2)), (0, 1, 0)),
        (LR, False, (1, 0, F(-1, 2)), (0, 1, 0)),
        (LR | {"maximize": True}, False, (1, 0, F(1, 2)), (0, 1, 0)),
        (LR | {"maximize": False, "nesterov": False}, False, (1, 0, F(-1, 2)), (0, 1, 0)),
        (LR | {"weight_decay": F(1, 8)}, False, (F(15, 16), 0, F(-1, 2)), (0, 1, 0)),
        (LR | {"weight_decay": F(1, 8), "maximize": True}, False, (F(15, 16), 0, F(1, 2)), (0, 1, 0)),
        (LR | {"dampening": F(3, 4)}, False, (1, 0, F(-1, 2)), (0, 1, 0)),
        (MOMENTUM, True, (1, 0, F(-1, 2)), (0, 0, 1)),
        (MOMENTUM, False, (1, F(-1, 8), F(-1, 2)), (0, F(1, 4), 1)),
        (MOMENTUM | {"dampening": F(3, 4)}, True, (1, 0, F(-1, 2)), (0, 0, 1)),
        (MOMENTUM | {"dampening": F(3, 4)}, False, (1, F(-1, 8), F(-1, 8)), (0, F(1, 4), F(1, 4))),
        (MOMENTUM | {"nesterov": True}, True, (1, 0, F(-5, 8)), (0, 0, 1)),
        (MOMENTUM | {"nesterov": True}, False, (1, F(-1, 32), F(-5, 8)), (0, F(1, 4), 1)),
        (MOMENTUM | {"weight_decay": F(1, 8)}, True, (F(15, 16), 0, F(-1, 2)), (F(1, 8), 0, 1)),
    ],
)
def test_the_new_parameter_and_buffer_are_forms_of_the_old_and_the_gradient(options, first, p, v):
    assert update(P, V, DP, options, first) == (p, v)


ROWS = [(F(2), F(3), F(5)), (F(3), F(4), F(-7))]  # dw = 2w + 3b + 5, db = 3w + 4b - 7
STAYING = [(0, 0, 2, 0, 0), (0, 0, 0, 2, 0), (0, 0, 0, 0, 2)]


def test_a_step_without_momentum_moves_the_trained_parameters_and_leaves_the_rest():
    both = step_matrix(ROWS, LR, (True, True), first=False)
    assert both == Matrix(((0, -3, 0, 0, -5), (-3, -2, 0, 0, 7), *STAYING), 2)
    for_w = step_matrix(ROWS, LR, (True, False), first=True)
    assert for_w == Matrix(((0, -3, 0, 0, -5), (0, 2, 0, 0, 0), *STAYING), 2)


@pytest.mark.parametrize("first", [True, False])
def test_a_step_with_momentum_moves_its_own_buffer(first):
    kept = 0 if first else 1  # quarters of the old buffer
    found = step_matrix(ROWS, MOMENTUM, (False, True), first)
    fractions = [[F(entry, found.denominator) for entry in row] for row in found.rows]
    assert fractions == [
        [1, 0, 0, 0, 0],
        [F(-3, 2), -1, 0, F(-kept, 8), F(7, 2)],
        [0, 0, 1, 0, 0],
        [3, 4, 0, F(kept, 4), -7],
        [0, 0, 0, 0, 1],
    ]


def test_the_states_are_kept_over_denominators_that_multiply():
    step = Matrix(((1, 2), (0, 3)), 5)
    start = Ratio((7, 11), 13)
    assert apply(step, start) == Ratio((29, 33), 65)
    other = Matrix(((1, 0), (1, 1)), 2)
    assert trajectory([step, other], start) == [start, Ratio((29, 33), 65), Ratio((29, 62), 130)]
    assert trajectory([], start) == [start]
