"""A run's bounds are those of its head's derivation, recomputed here entry by entry, update by update."""

from fractions import Fraction as F
from math import inf

import numpy as np
import pytest

from compare.truth.descent import Descent
from compare.truth.propagation import Propagation
from compare.truth.rounding import PRECISIONS, SLACK, Evaluation, Precision, Update, gamma

ONE = ([1.0, -2.0, 3.0], [2.0, -1.0, 7.0], 0.5, -0.25)
TWO = ([(1.0, -2.0), (0.5, 4.0), (-3.0, 1.5)], [2.0, -1.0, 8.0], (1.5, -0.25), -3.0)
MOMENTUM = {"lr": F(1, 16), "momentum": F(1, 2), "dampening": F(1, 4), "weight_decay": F(1, 8)}
NESTEROV = {"lr": F(1, 16), "momentum": F(1, 2), "nesterov": True, "maximize": True}
BOTH = ("w", "b")
FLOAT32 = PRECISIONS["float32"]
COARSE = Precision("coarse", 0.2, FLOAT32.tiny, FLOAT32.largest)
CASES = {
    "one feature": Descent(*ONE, {"lr": F(1, 16)}, BOTH, [None] * 4),
    "two features": Descent(*TWO, {"lr": F(1, 64)}, BOTH, [None] * 3),
    "momentum": Descent(*ONE, MOMENTUM, BOTH, [None] * 4),
    "Nesterov, uphill": Descent(*TWO, NESTEROV, BOTH, [None] * 3),
    "a frozen bias": Descent(*TWO, MOMENTUM, ("w",), [None] * 3),
    "frozen weights": Descent(*ONE, MOMENTUM, ("b",), [None] * 3),
    "minibatches": Descent(*TWO, MOMENTUM, BOTH, [[0, 1], [2], [1, 0], [0, 1], None]),
}


def still(count: int) -> Descent:
    return Descent([1.0], [0.0], 256.0, -512.0, {"lr": F(0)}, BOTH, [None] * count)


def close(found: object, exact: object) -> bool:
    return bool(np.allclose(np.asarray(found, float), np.asarray(exact, float), rtol=1e-11, atol=0))


def evaluation(descent: Descent, t: int, precision: Precision, k0: int) -> Evaluation:
    x, y = descent.rows(descent.batches[t])
    return Evaluation(np.array([np.atleast_1d(row) for row in x], float), np.array(y, float), precision, k0)


def moves(descent: Descent, t: int, errors: list[float], precision: Precision) -> tuple[list[float], list[float]]:
    """For each row of update t: the size of its exact residual, and how far parameters off by `errors` move it."""
    on, exact = evaluation(descent, t, precision, 0), descent.states[t].floats()
    w, b = exact[: descent.size - 1], exact[descent.size - 1]
    sizes = on.residual_sizes(np.array([w]), np.array([b]))[0].tolist()
    moved = [sum(abs(x) * e for x, e in zip((*row, 1.0), errors[: descent.size], strict=True)) for row in on.x.tolist()]
    return sizes, moved


def own_sizes(descent: Descent, t: int, errors: list[float]) -> list[float]:
    return [abs(z) + e for z, e in zip(descent.states[t].floats()[:-1], errors, strict=True)]


def roundings(descent: Descent, t: int, guess: list[float], precision: Precision, k0: int) -> list[float]:
    """δₜ of each entry of the state: what update t adds for a program within `guess` of the exact state."""
    on, size = evaluation(descent, t, precision, k0), descent.size
    p, v = (own_sizes(descent, t, guess)[part] for part in (slice(size), slice(size, None)))
    r = [a + b for a, b in zip(*moves(descent, t, guess, precision), strict=True)]
    rho = on.residuals(np.array([p[:-1]]), np.array([p[-1]]))
    bounds = on.at(np.array([r]), rho)
    off = [*bounds.dw[0].tolist(), bounds.db[0]]
    rule = Update({key: float(value) for key, value in descent.options.items()}, precision)
    into_p, into_v = rule.gain(t == 0)
    of_p, of_v = [], []
    for j, trained in enumerate(descent.is_trained):
        column = [1.0] * len(r) if j == size - 1 else np.abs(on.x[:, j]).tolist()
        gradient = 2 / len(r) * sum(a * b for a, b in zip(r, column, strict=True)) + off[j]
        p_bound, v_bound = (float(each) for each in rule.bounds(*map(np.array, (p[j], v[j], gradient)), t == 0))
        of_p.append(trained * (p_bound + into_p * off[j]))
        of_v.append(trained * (v_bound + into_v * off[j]))
    return of_p + of_v


def carried(descent: Descent, added: list[list[float]]) -> list[list[float]]:
    """|eₜ| ≤ Σ |Mₜ₋₁ … Mₛ| δₛ₋₁ with e₀ for δ₋₁, the products exact."""
    matrices = [np.array([[F(a, m.denominator) for a in row[:-1]] for row in m.rows[:-1]]) for m in descent.steps]
    errors = []
    for t in range(len(added)):
        error = np.zeros(len(added[0]))
        for s in range(t + 1):
            product = np.array([[F(i == j) for j in range(len(error))] for i in range(len(error))])
            for matrix in matrices[s:t]:
                product = matrix @ product
            error += np.abs(product).astype(float) @ added[s]
        errors.append((SLACK * error).tolist())
    return errors


def states(descent: Descent, precision: Precision, k0: int) -> tuple[list[list[float]], int]:
    """The bounds of the states, and how many guesses they took."""
    exact = [state.floats()[:-1] for state in descent.states]
    first = [max(map(abs, column)) / 256 + 2.0**20 * precision.tiny for column in zip(*exact, strict=True)]
    guess = [first] * len(exact)
    for guesses in range(1, 6):
        start = [gamma(k0, precision.u) * abs(z) for z in exact[0]]
        updates = [roundings(descent, t, guess[t], precision, k0) for t in range(len(descent.batches))]
        errors = carried(descent, [start, *updates])
        pairs = [list(zip(*rows, strict=True)) for rows in zip(errors, guess, strict=True)]
        if all(error <= own for row in pairs for error, own in row):
            return errors, guesses
        guess = [[4 * max(pair) for pair in row] for row in pairs]
    return [[inf] * len(exact[0])] * len(exact), guesses


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("k0", [0, 2])
@pytest.mark.parametrize("name", CASES)
def test_what_each_update_adds_is_carried_on_by_the_exact_steps(name: str, k0: int, dtype: str) -> None:
    descent = CASES[name]
    expected, guesses = states(descent, PRECISIONS[dtype], k0)
    assert guesses == 1
    assert close(Propagation(descent, PRECISIONS[dtype], k0).run_bounds().state, expected)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", CASES)
def test_a_value_is_as_far_off_as_one_evaluation_and_the_state_before_it(name: str, dtype: str) -> None:
    descent, precision = CASES[name], PRECISIONS[dtype]
    found = Propagation(descent, precision, 2).run_bounds()
    features = descent.size - 1
    assert [part.shape for part in found[:3]] == [(len(descent.batches), *more) for more in ((), (features,), ())]
    for t in range(len(descent.batches)):
        errors, on = found.state[t].tolist(), evaluation(descent, t, precision, 2)
        sizes, moved = moves(descent, t, errors, precision)
        own = own_sizes(descent, t, errors)
        rho = on.residuals(np.array([own[:features]]), np.array([own[features]]))[0] + moved
        loss, dw, db = on.at(np.array([sizes]), np.array([rho]))
        assert close(found.loss[t], loss[0])
        assert close(found.dw[t], dw[0])
        assert close(found.db[t], db[0])


def test_parameters_that_do_not_move_are_rounded_once_an_update() -> None:
    u = FLOAT32.u
    data, once = 2 * u / (1 - 2 * u), u / (1 - u)
    bounds = Propagation(still(3), FLOAT32, 2).run_bounds().state
    for t, (w, b, vw, vb) in enumerate(bounds.tolist()):
        assert close([w, b], [SLACK * (size * data + t * SLACK * (size + size / 256) * once) for size in (256, 512)])
        assert (vw, vb) == (0.0, 0.0)


def test_parameters_of_zero_may_be_off_by_what_underflows() -> None:
    nothing = Descent([0.0], [0.0], 0.0, 0.0, {"lr": F(0)}, BOTH, [None])
    guess, u = 2.0**20 * FLOAT32.tiny, FLOAT32.u
    once = SLACK * (guess * u / (1 - u) + 32 * FLOAT32.tiny * (1 + guess))
    start, after = Propagation(nothing, FLOAT32, 2).run_bounds().state
    assert close(start, [0, 0, 0, 0])
    assert close(after, [SLACK * once, SLACK * once, 0, 0])


def test_numbers_without_roundings_are_off_by_nothing() -> None:
    exactly = Precision("exact", 0.0, 0.0, inf)
    for descent in CASES.values():
        for part in Propagation(descent, exactly, 2).run_bounds():
            assert not part.any()




def test_a_guess_that_does_not_hold_is_raised_to_four_times() -> None:
    expected, guesses = states(still(10), COARSE, 0)
    assert guesses == 3
    assert close(Propagation(still(10), COARSE, 0).run_bounds().state, expected)


def test_after_the_fifth_guess_there_is_no_bound() -> None:
    assert np.isfinite(Propagation(still(15), COARSE, 0).run_bounds().state).all()
    assert np.isposinf(Propagation(still(16), COARSE, 0).run_bounds().state).all()


def test_updates_on_the_same_rows_share_one_evaluation_in_doubles() -> None:
    x, y = [(F(1, 3), F(2)), (F(4), F(1, 7))], [F(1, 10), F(3)]
    descent = Descent(x, y, (F(0), F(0)), F(0), {"lr": F(1)}, BOTH, [[1], None, [1], [1, 0]])
    found = list(Propagation(descent, FLOAT32, 3).evaluations())
    assert [updates for updates, _ in found] == [[0, 2], [1], [3]]
    rows = [[1 / 3, 2.0], [4.0, 1 / 7]]
    assert [on.x.tolist() for _, on in found] == [[rows[1]], rows, rows[::-1]]
    assert [on.y.tolist() for _, on in found] == [[3.0], [0.1, 3.0], [3.0, 0.1]]
    assert {(on.x.dtype.name, on.y.dtype.name, *on.precision, on.data_roundings) for _, on in found} == {
        ("float64", "float64", *FLOAT32, 3)
    }


def test_of_one_feature_x_is_a_column() -> None:
    _, on = next(Propagation(CASES["one feature"], FLOAT32, 2).evaluations())
    assert on.x.tolist() == [[1.0], [-2.0], [3.0]]


def test_the_exact_states_are_their_nearest_doubles() -> None:
    third = Descent([F(1)], [F(0)], F(1, 3), F(0), {"lr": F(1, 4), "momentum": F(1, 2)}, BOTH, [None])
    assert Propagation(third, FLOAT32, 2).exact.tolist() == [[1 / 3, 0, 0, 0], [1 / 6, -1 / 6, 2 / 3, 2 / 3]]


def test_a_run_beyond_the_doubles_has_no_bounds_and_raises_nothing() -> None:
    steep = Descent([1e200], [1.0], 1.0, 0.0, {"lr": F(10) ** 200}, BOTH, [None] * 3)
    with np.errstate(all="raise"):
        bounds = Propagation(steep, FLOAT32, 2).run_bounds()
    assert np.isposinf(bounds.state).all()
    assert not np.isfinite(bounds.loss).any()
