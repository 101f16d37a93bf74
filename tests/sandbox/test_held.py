"""What the zygote is known to hold: a set of exercises is sent once, and again only after others took its slot."""

import pytest

from compare.sandbox.calls import Answer, Exercise
from compare.sandbox.run import Held, Sandbox
from compare.sandbox.wire import SLOTS


def asked(number: float) -> list[Exercise]:
    return [Exercise("double", ("a",), 1, ((number,),))]


def test_a_set_is_sent_once_and_found_again_by_its_content() -> None:
    held = Held()
    assert held.place(asked(1.0)) == (0, True)
    assert held.place(tuple(asked(1.0))) == (0, False)


def test_the_set_used_longest_ago_makes_room() -> None:
    held = Held()
    for number in range(SLOTS):
        assert held.place(asked(number)) == (number, True)
    assert held.place(asked(0)) == (0, False)
    assert held.place(asked(99)) == (1, True)
    assert held.place(asked(1)) == (2, True)


@pytest.mark.parametrize("numbers", [(1, 2, 1), (*range(SLOTS + 2), 0, SLOTS, 1)])
def test_every_answer_is_to_the_set_that_was_asked(numbers: tuple[int, ...]) -> None:
    with Sandbox() as sandbox:
        for number in numbers:
            (answer,) = sandbox.run(b"def double(a): return 2 * a", asked(float(number)))
            assert isinstance(answer, Answer)
            assert answer.results[0][0].values[0] == 2 * number
