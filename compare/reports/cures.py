"""What to try, by what went wrong: the keys under `reason` in the messages that hold the cure."""

from compare.exercises.findings import VALUE, ExerciseFinding
from compare.exercises.tasks import TASKS
from compare.reports.numbers import MOST_ENTRIES
from compare.sandbox.calls import ERROR

ERRORS = {
    "ModuleNotFoundError": "module",
    "NameError": "name",
    "EOFError": "typing",  # input() where nobody types
    "RecursionError": "recursion",
    "FileNotFoundError": "file",
    "PermissionError": "file",
}
PRINTING = (ERROR, VALUE)  # the cures that ask for a print
POWERS = ("TypeError: unsupported operand type(s) for ^", "TypeError: ufunc 'bitwise_xor'")


def cure_of(finding: ExerciseFinding) -> str:
    """The cure of one exercise that is not right."""
    return cure(finding.reason or "", finding.detail)


def shape_of_cure(finding: ExerciseFinding) -> str:
    """Which way the shape is wrong: a number `boxed` in an array of one, an `array` or a `table` in the place of what
    is asked for, which may be a `column` or a `row`, a `number` for many, and for `losses`, a matrix `transposed`."""
    given, expected = finding.shape_given, finding.shape_expected
    if given is None or expected is None or given == expected:
        return "try"
    if len(expected) > 1:
        return "transposed" if given == expected[::-1] else "try"
    if expected == ():
        ones = max(given) == 1 and not _has_single_samples(finding)
        return "boxed" if ones else "table" if len(given) == 2 and given[0] == given[1] else "array"
    if len(given) > 1:
        return {(*expected, 1): "column", (1, *expected): "row"}.get(given, "table")
    if given == ():
        return "losses" if finding.name.startswith("train") else "number"
    return "try"


def _has_single_samples(finding: ExerciseFinding) -> bool:
    """Is the example one of single samples, so that an array of one number may be an array of samples?"""
    inputs = finding.counterexample.inputs if finding.counterexample else {}
    return any(isinstance(value, list) and len(value) == 1 for value in inputs.values())


def cure(reason: str, detail: str) -> str:
    """The cure of a reason; of an error, that of its kind."""
    if reason != ERROR:
        return reason
    if detail.startswith(POWERS):
        return "power"
    return ERRORS.get(detail.partition(":")[0], reason)


def call(finding: ExerciseFinding) -> str | None:
    """The call that a student can make to see inside; None where no function was run, or its input is a long one."""
    inputs = finding.counterexample.inputs if finding.counterexample else {}
    if not (finding.names or finding.name in TASKS) or finding.tries == 1 or not inputs:
        return None
    if any(isinstance(value, list) and len(value) > MOST_ENTRIES for value in inputs.values()):
        return None
    written = (f"np.array({value})" if isinstance(value, list) else repr(value) for value in inputs.values())
    return f"{finding.name}({', '.join(written)})"


def module(detail: str) -> str:
    """The library that "No module named 'torch.nn'" is about."""
    return detail.partition("'")[2].partition("'")[0].partition(".")[0]
