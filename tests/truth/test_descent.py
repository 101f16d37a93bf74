"""One run in exact numbers is the loop that anybody would write: on all rows or some, with every parameter or one."""

from collections.abc import Sequence
from fractions import Fraction as F

import pytest

from compare.lessons import load, names
from compare.truth.descent import Descent, of_lesson

X, Y = [F(1), F(2), F(-3)], [F(2), F(3), F(1, 2)]
OPTIONS = {"lr": F(1, 8), "momentum": F(1, 2), "dampening": F(1, 4)}


def run(trained: Sequence[str] = ("w", "b"), batches: Sequence[list[int] | None] = (None,) * 3) -> Descent:
    return Descent(X, Y, F(1, 3), F(-1), OPTIONS, trained, batches)


def by_hand(trained: Sequence[str], batches: Sequence[list[int] | None]) -> list[tuple[F, ...]]:
    """(w, b, vw, vb, 1) before the first update and after each."""
    w, b, vw, vb = F(1, 3), F(-1), F(0), F(0)
    states = [(w, b, vw, vb, F(1))]
    for update, batch in enumerate(batches):
        rows = [(x, w * x + b - y) for x, y in zip(X, Y, strict=True)]
        rows = rows if batch is None else [rows[row] for row in batch]
        dw, db = 2 * sum(r * x for x, r in rows) / len(rows), 2 * sum(r for _, r in rows) / len(rows)
        if "w" in trained:
            vw = dw if update == 0 else vw / 2 + F(3, 4) * dw
            w -= vw / 8
        if "b" in trained:
            vb = db if update == 0 else vb / 2 + F(3, 4) * db
            b -= vb / 8
        states.append((w, b, vw, vb, F(1)))
    return states


@pytest.mark.parametrize("trained", [("w", "b"), ("w",), ("b",)])
@pytest.mark.parametrize("batches", [[None] * 3, [[0, 1], [2], [0, 1]], [[2], None, [2, 2, 0]]])
def test_the_states_are_those_of_the_loop(trained: Sequence[str], batches: list[list[int] | None]) -> None:
    descent = run(trained, batches)
    assert [state.fractions() for state in descent.states] == by_hand(trained, batches)
    assert descent.is_trained == ("w" in trained, "b" in trained)


def test_each_loss_is_that_of_its_own_rows_before_its_update() -> None:
    batches: list[list[int] | None] = [[0, 1], None, [2]]
    descent, states = run(batches=batches), by_hand(("w", "b"), batches)
    losses = []
    for (w, b, *_), batch in zip(states, batches, strict=False):
        squares = [(w * x + b - y) ** 2 for x, y in zip(X, Y, strict=True)]
        chosen = squares if batch is None else [squares[row] for row in batch]
        losses.append(float(sum(chosen) / len(chosen)))
    assert descent.losses == losses


def test_updates_on_the_same_rows_share_their_work() -> None:
    descent = run(batches=[[0, 1], None, [0, 1], [0, 1]])
    assert descent.batch_keys == [(0, 1), None, (0, 1), (0, 1)]
    assert descent.problems[0] is descent.problems[2] is not descent.problems[1]
    assert descent.steps[2] is descent.steps[3] is not descent.steps[0]  # the first starts the buffers
    assert (descent.rows([2, 0]), descent.rows(None)) == (([X[2], X[0]], [Y[2], Y[0]]), (X, Y))


def test_several_features_have_a_weight_each() -> None:
    descent = Descent([[F(1), F(2)], [F(3), F(5)]], [F(1), F(0)], [F(1), F(2)], F(3), {"lr": F(1)}, ("b",), [None])
    assert (descent.weights, descent.size, descent.is_trained) == ((F(1), F(2)), 3, (False, False, True))
    # r = (7, 16), so db = 23
    assert descent.states[1].fractions() == (1, 2, 3 - 23, 0, 0, 0, 1)
    assert run().weights == (F(1, 3),)


@pytest.mark.parametrize("name", names())
def test_a_lessons_run_begins_with_its_hidden_steps(name: str) -> None:
    lesson = load(name)
    descent = of_lesson(lesson)
    assert (descent.x, descent.y, descent.w, descent.b) == (lesson.x, lesson.y, lesson.w, lesson.b)
    assert (descent.options, descent.trained) == (lesson.optimizer, lesson.trained)
    assert descent.batches == [None] * (lesson.steps_before + lesson.updates)
