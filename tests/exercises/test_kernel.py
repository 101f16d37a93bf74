"""A student's functions run where they are: what comes of each call, and of right steps put among them."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest

from compare.exercises.kernel import Kernel
from compare.sandbox.calls import (
    DEFAULT_LIMITS,
    ERROR,
    EXITED,
    MISSING,
    OUT_OF_MEMORY,
    WRONG_FORM,
    Answer,
    Exercise,
    Value,
)

CALLS = ((1.0,), (2.0,))


def _asked(kernel: Kernel, *names: str, source: bytes = b"") -> dict[str, Answer]:
    answers = kernel.run(source, [Exercise(name, ("p",), 1, CALLS) for name in names], DEFAULT_LIMITS)
    assert [answer.name for answer in answers] == list(names)
    return {answer.name: answer for answer in answers}


def _numbers(answer: Answer) -> list[float | None]:
    assert answer.reason is None, answer
    return [given and given[0].values[0] for given in answer.results]


def _raising(error: BaseException) -> Callable[[float], float]:
    def function(p: float) -> float:
        if p > 1:
            raise error
        return p

    return function


RAISED = _raising.__code__.co_firstlineno + 3


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (ValueError("no, no"), ERROR, "ValueError: no, no"),
        (NotImplementedError(), MISSING, "NotImplementedError:"),
        (MemoryError("full"), OUT_OF_MEMORY, "MemoryError: full"),
        (SystemExit(3), EXITED, "SystemExit: 3"),
        (GeneratorExit(), ERROR, "GeneratorExit:"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_what_a_call_raises_is_told_with_its_line_and_ends_the_exercise(
    error: BaseException, reason: str, detail: str
) -> None:
    answers = _asked(Kernel({"one": _raising(error), "two": lambda p: p}), "one", "two")
    one = answers["one"]
    assert (one.reason, one.detail, one.line, one.at, len(one.results)) == (reason, detail, RAISED, 1, 2)
    assert [given and given[0] for given in one.results][1] is None
    assert one.results[0] is not None
    assert one.results[0][0].values[0] == 1.0
    assert _numbers(answers["two"]) == [1.0, 2.0]


def test_an_interruption_is_the_students_own() -> None:
    with pytest.raises(KeyboardInterrupt):
        _asked(Kernel({"one": _raising(KeyboardInterrupt())}), "one")


def test_the_line_is_the_last_one_in_the_file_of_the_function_that_was_called() -> None:
    def twice(p: float) -> float:
        below = FunctionType(compile("def f(p):\n\n  return p / 0", "elsewhere", "exec").co_consts[0], {})
        return float(below(p))

    assert _asked(Kernel({"one": lambda p: twice(p)}), "one")["one"].line == twice.__code__.co_firstlineno + 2


def test_a_call_with_the_wrong_number_of_arguments_has_no_line_of_its_own() -> None:
    found = _asked(Kernel({"one": lambda: 1.0, "two": "no function"}), "one", "two", "three")  # type: ignore[dict-item]
    assert (found["one"].reason, found["one"].line, found["one"].at) == (ERROR, None, 0)
    assert (found["two"].reason, found["two"].notes) == (WRONG_FORM, ("form:str",))
    assert (found["three"].reason, found["three"].line) == (MISSING, None)


def test_several_outputs_and_arrays_come_back_as_values() -> None:
    (answer,) = Kernel({"one": lambda p: (p, [p, p])}).run(b"", [Exercise("one", ("p",), 2, CALLS)], DEFAULT_LIMITS)
    given = answer.results[1]
    assert given is not None
    assert given[0] == Value((), given[0].values)
    assert [(value.shape, list(value.values)) for value in given] == [((), [2.0]), ((2,), [2.0, 2.0])]


NOTEBOOK = """
def step(p): return p + 1
def helper(p): return step(p)
def chosen(p, by=2.0, *, and_by=3.0): return by * and_by * helper(p)
def again(p): return p if p < 2 else again(p - 2) + step(0)
def made(k):
    def closed(p): return k * step(p)
    return closed
closed = made(10.0)
def counted(p):
    counted.calls += 1
    return step(p)
counted.calls = 0
alias = step
length = abs
other = alone = None
"""


def _notebook() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(NOTEBOOK, names)
    return names


def _functions(names: dict[str, Any], *asked: str) -> dict[str, Callable[..., Any]]:
    return {name: names[name] for name in asked}


ASKED = ("step", "chosen", "again", "closed", "alias", "length")


def test_without_a_source_the_functions_are_called_as_they_are() -> None:
    names = _notebook()
    found = _asked(Kernel(_functions(names, *ASKED)), *ASKED)
    assert {name: _numbers(answer) for name, answer in found.items()} == {
        "step": [2, 3], "chosen": [12, 18], "again": [1, 1], "closed": [20, 30], "alias": [2, 3], "length": [1, 2],
    }  # fmt: skip


def test_a_step_that_the_source_replaces_is_replaced_wherever_it_is_called_from() -> None:
    names = _notebook()
    before = dict(names)
    found = _asked(Kernel(_functions(names, *ASKED)), *ASKED, source=b"def step(p): return 100.0 + p")
    assert {name: _numbers(answer) for name, answer in found.items()} == {
        "step": [101, 102],
        "chosen": [606, 612],
        "again": [1, 100],
        "closed": [1010, 1020],
        "alias": [101, 102],
        "length": [1, 2],
    }
    assert names == before
    assert (names["chosen"](1.0), names["chosen"].__globals__) == (12.0, names)


def test_a_function_below_the_students_is_asked_beside_them() -> None:
    names = _notebook()
    source = b"double = lambda p: 2 * step(p)"
    found = _asked(Kernel(_functions(names, "step", "chosen")), "double", "chosen", source=source)
    assert {name: _numbers(answer) for name, answer in found.items()} == {"double": [4, 6], "chosen": [12, 18]}


def test_a_step_that_another_module_has_imported_is_replaced_there_too() -> None:
    first, second = _notebook(), _notebook()
    second["step"] = first["step"]
    functions = {"step": first["step"], "helper": first["helper"], "chosen": second["chosen"]}
    found = _asked(Kernel(functions), *functions, source=b"def step(p): return -p")
    assert {name: _numbers(answer) for name, answer in found.items()} == {
        "step": [-1, -2], "helper": [-1, -2], "chosen": [-6, -12],
    }  # fmt: skip


def test_a_copied_function_keeps_what_hangs_on_it_and_changes_nothing_there() -> None:
    names = _notebook()
    functions = _functions(names, "step", "counted")
    assert _numbers(_asked(Kernel(functions), "counted", source=b"def step(p): return -p")["counted"]) == [-1, -2]
    assert names["counted"].calls == 0


def test_a_copied_function_keeps_its_line() -> None:
    names = _notebook()
    exec(compile("def slip(p):\n    return step(p) + nothing", "cell", "exec"), names)
    (answer,) = _asked(Kernel(_functions(names, "step", "slip")), "slip", source=b"def step(p): return p").values()
    assert (answer.reason, answer.line) == (ERROR, 2)
    assert answer.detail == "NameError: name 'nothing' is not defined"
