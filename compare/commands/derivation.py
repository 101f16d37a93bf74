"""Compare a derivation of your own: a file of formulas, by hand, by the engine, by torch and exactly.

Says of every output whether all sides agree, of every gradient whether it is that of its loss, and of a wrong one on
which smallest input it is wrong and what would mend it.
Exit codes: 0 all agree, 1 a gradient is not that of its loss or a side differs, 2 the file cannot be used.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from compare.exercises.judging import Expected
from compare.exercises.reference.derivation import Compared, Example, Row
from compare.reports.answer.differences import shown
from compare.reports.language import Messages
from compare.reports.terminal import COLUMNS, padded, width, wrapped

MOST_NAMED = 3  # mistakes that cannot be told apart
SIDES = ("hand", "engine", "torch", "exact")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="a .py of formulas, such as ridge.py")
    parser.add_argument("--json", action="store_true", help="print what was found as one JSON object")


def run(arguments: Namespace) -> int:
    """Print the comparison. Raises `InputError` where the file cannot be used. Returns the exit code."""
    import json
    from pathlib import Path

    from compare.exercises.formulas import text
    from compare.exercises.reference import derivation

    say = Messages("derivation", arguments.lang)
    found = list(derivation.compared(text.read(Path(arguments.file))))
    torch = derivation.has_torch()
    if arguments.json:
        print(json.dumps(as_json(arguments.file, found, torch, say), ensure_ascii=False, indent=2))
    else:
        print(told(found, torch, say))
    return 0 if all(each.agrees for each in found) else 1


def told(found: Sequence[Compared], torch: bool, say: Messages) -> str:
    """All functions, one after another, each line at most as wide as a terminal."""
    lines = [line for each in found for line in (*_function(each, torch, say), "")]
    if not torch:
        lines += wrapped(say("derivation.no-torch"), COLUMNS)
    differing = ", ".join(each.function.name for each in found if not each.agrees)
    conclusion = say("derivation.differ", names=differing) if differing else say("derivation.agree")
    return "\n".join(lines + wrapped(conclusion, COLUMNS))


def _function(found: Compared, torch: bool, say: Messages) -> Iterator[str]:
    function = found.function
    key = "derivation.gradient" if function.loss else "derivation.function"
    head = say(key, name=function.name, loss=function.loss, by=", ".join(function.by))
    sizes = "".join(f", {name} {least} … {most}" for name, least, most in found.sizes)
    yield from wrapped(say("derivation.trials", head=head, trials=found.trials, sizes=sizes), COLUMNS)
    yield from _table(found.rows, torch, say)
    for sentence in _sentences(found, say):
        yield from wrapped(sentence, COLUMNS)


def _table(rows: Sequence[Row], torch: bool, say: Messages) -> Iterator[str]:
    sides = [i for i, side in enumerate(SIDES) if torch or side != "torch"]
    cells = [[say("derivation.output"), *(say(f"derivation.{SIDES[i]}") for i in sides), say("derivation.verdict")]]
    for row in rows:
        values = ("—" if row.values[i] is None else f"{float(row.values[i]):.7g}" for i in sides)
        cells.append([row.name, *values, say(f"derivation.{row.verdict}")])
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for name, *numbers, verdict in cells:
        pairs = zip(numbers, widths[1:], strict=False)
        middle = "".join("  " + " " * (wide - width(number)) + number for number, wide in pairs)
        yield f"{padded(name, widths[0])}{middle}  {verdict}"


def _sentences(found: Compared, say: Messages) -> Iterator[str]:
    if found.loss_of:
        yield say("derivation.loss-of", names=", ".join(found.loss_of))
    elif found.gradient is None:
        yield say("derivation.no-loss")
    elif found.gradient:
        yield say("derivation.is-exactly" if found.exact else "derivation.is-within", loss=found.function.loss)
    else:
        yield say("derivation.is-not", loss=found.function.loss, outputs=", ".join(found.wrong))
        if found.example:
            yield from _example(found.example, say)
        yield from _mends(found, say)
    if found.apart:
        yield _told_apart(found, say)


def _example(example: Example, say: Messages) -> Iterator[str]:
    inputs = ", ".join(f"{name} = {shown(plain(value))}" for name, value in example.trial.items())
    yield say("derivation.example", inputs=inputs)
    for claimed, truth, name in zip(example.claimed, example.truth, example.names, strict=True):
        if name in example.outputs:
            values = {"claimed": shown(_nested(claimed)), "truth": shown(_nested(truth))}
            yield say("derivation.example-output", name=name, **values)


def _mends(found: Compared, say: Messages) -> Iterator[str]:
    """Which edit of the claimed formula would mend it."""
    if not found.mends:
        yield say("derivation.no-mend")
    for output, edit in found.mends:
        what = say(f"edit.{edit.kind}.mend", piece=edit.piece)
        yield say("derivation.mend-of" if output else "derivation.mend", output=output, what=what)


def _told_apart(found: Compared, say: Messages) -> str:
    count = found.apart + len(found.alike)
    if not found.alike:
        return say("derivation.all-apart", count=count)
    names = [say(f"edit.{edit.kind}.name", piece=edit.piece) for edit in found.alike[:MOST_NAMED]]
    told = "; ".join(names) + "; …" * (len(found.alike) > MOST_NAMED)
    return say("derivation.apart", apart=found.apart, count=count, names=told)


def plain(value: Any) -> Any:
    """An array of a trial as lists."""
    if not hasattr(value, "entries"):
        return value
    return value.rows() if len(value.shape) == 2 else list(value.entries)


def _nested(expected: Expected) -> Any:
    if len(expected.shape) == 2:
        columns = expected.shape[1]
        return [expected.values[i * columns : (i + 1) * columns] for i in range(expected.shape[0])]
    return expected.values if expected.shape else expected.values[0]


def as_json(file: str, found: Sequence[Compared], torch: bool, say: Messages) -> dict[str, Any]:
    """The same as JSON's own types."""
    return {"reference": file, "torch": torch, "agrees": all(each.agrees for each in found),
            "functions": [_function_json(each, say) for each in found]}  # fmt: skip


def _function_json(found: Compared, say: Messages) -> dict[str, Any]:
    example = found.example
    return {
        "name": found.function.name,
        "loss": found.function.loss or None,
        "by": list(found.function.by),
        "trials": found.trials,
        "outputs": [
            {"name": row.name, **dict(zip(SIDES, map(_json_number, row.values), strict=True)), "verdict": row.verdict}
            for row in found.rows
        ],
        "gradient": found.gradient,
        "exact": found.exact,
        "wrong": list(found.wrong),
        "example": example and {
            "inputs": {name: plain(value) for name, value in example.trial.items()},
            "claimed": {name: _nested(one) for name, one in zip(example.names, example.claimed, strict=True)},
            "expected": {name: _nested(one) for name, one in zip(example.names, example.truth, strict=True)},
        },
        "mends": [say(f"edit.{edit.kind}.mend", piece=edit.piece) for _, edit in found.mends],
        "mistakes": found.apart + len(found.alike),
        "alike": [edit.name for edit in found.alike],
        "message": " ".join(_sentences(found, say)),
    }  # fmt: skip


def _json_number(value: Any) -> Any:
    if isinstance(value, Fraction) and value.denominator > 1:
        return f"{value.numerator}/{value.denominator}"
    return None if value is None or float(value) != float(value) else float(value)
