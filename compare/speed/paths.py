"""The commands that people wait for: whole processes, beside the bare import that each cannot do without."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from compare.speed import pinned, rounds

ANSWERS = 500
RIGHT = "from compare.exercises import course; from compare.exercises.reference import tasks; " \
    "print(tasks.solution(course.read()).decode())"  # fmt: skip
MISTAKES = (  # five small ones, planted in the reference as an answer
    ("mean((yp - y) ** 2)", "sum((yp - y) ** 2)"),
    ("2 * (yp - y) / len(y)", "(yp - y) / len(y)"),
    ("return (dw, db)", "return (db, dw)"),
    ("b - lr * db", "b + lr * db"),
    ("momentum * v + dp", "momentum * v + (1 - momentum) * dp"),
)


def seconds(count: int) -> Mapping[str, float]:
    """The median over so many interleaved rounds of the time of each command, and of the bare imports.

    One round alone is not warmed up, two or more are.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "right.py").write_text(_answers(), encoding="utf-8")
        (folder / "wrong.py").write_text(_wrong(), encoding="utf-8")
        commands = {
            "import torch": ("-c", "import torch"),
            "compare": ("-m", "compare", "--no-figures"),
            "compare, figures": ("-m", "compare", "--figures", str(folder / "figures")),
            "import numpy": ("-c", "import numpy"),
            "check, all right": ("-m", "compare", "check", str(folder / "right.py")),
            "check, five mistakes": ("-m", "compare", "check", str(folder / "wrong.py")),
        }
        runs = {name: _run(arguments) for name, arguments in commands.items()}
        taken = rounds.interleaved(runs, count + (count > 1))
        return {name: median(values[count > 1 :]) for name, values in taken.items()}


def answers_a_second() -> float:
    """How many ordinary answers `grade` grades a second, one job."""
    with tempfile.TemporaryDirectory() as name:
        given = Path(name, "given")
        given.mkdir()
        for number in range(ANSWERS):
            (given / f"student{number}.py").write_text(f"{_answers()}\n# {number}\n", encoding="utf-8")
        arguments = ("-m", "compare", "grade", str(given), "--out", str(Path(name, "out")), "--jobs", "1")
        (taken,) = rounds.interleaved({"grade": _run(arguments)}, 1)["grade"]
    return ANSWERS / taken


def _run(arguments: Sequence[str]) -> rounds.Call:
    def run() -> None:
        done = subprocess.run([sys.executable, *arguments], env=pinned.environment(), capture_output=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")

    return run


def _answers() -> str:
    return subprocess.run([sys.executable, "-c", RIGHT], capture_output=True, text=True, check=True).stdout


def _wrong() -> str:
    text = _answers()
    for right, wrong in MISTAKES:
        assert right in text, right
        text = text.replace(right, wrong)
    return text
