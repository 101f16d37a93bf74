"""What to try, by what went wrong: the keys under `reason` in the messages that hold the cure."""

from compare.exercises.findings import SHAPE, ExerciseFinding
from compare.sandbox.calls import ERROR

ERRORS = {
    "ModuleNotFoundError": "module",
    "NameError": "name",
    "EOFError": "typing",  # input() where nobody types
    "RecursionError": "recursion",
    "FileNotFoundError": "file",
    "PermissionError": "file",
}
POWERS = ("TypeError: unsupported operand type(s) for ^", "TypeError: ufunc 'bitwise_xor'")


def cure_of(finding: ExerciseFinding) -> str:
    """The cure of one exercise that is not right."""
    runs = finding.reason == SHAPE and finding.shape_given == () and finding.name.startswith("train")
    return "last-loss" if runs else cure(finding.reason or "", finding.detail)


def cure(reason: str, detail: str) -> str:
    """The cure of a reason; of an error, that of its kind."""
    if reason != ERROR:
        return reason
    if detail.startswith(POWERS):
        return "power"
    return ERRORS.get(detail.partition(":")[0], reason)


def module(detail: str) -> str:
    """The library that "No module named 'torch.nn'" is about."""
    return detail.partition("'")[2].partition("'")[0].partition(".")[0]
