"""How fast a class is graded, each ratio taken in one run: `python tests/bench_grade.py [ordinary] [memory] …`.

    ordinary   500 answers, one in ten wrong, and 500 that are right, against a fresh `python -c "import numpy"` for
               each: as it is, and held to one thread; medians of five rounds
    memory     the peak memory of the grader for 1,000 and for 10,000 answers to one exercise, and the time for each
    hanging    a batch in which every tenth answer hangs, against the time limit over the jobs
    start      one answer from the command to the gradebook, against `python -c "import numpy"`
    cost       processor time of one answer, by whose it is: the judge's, the zygote's, the student's (on Linux)
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from compare.exercises import course
from compare.grading import worker
from compare.grading.terms import Terms
from tests import right_answers

RIGHT = Path(right_answers.__file__).read_text(encoding="utf-8")
MISTAKES = [("2 * (yp - y)", "(yp - y)"), ("2 * (yp - y)", "2 * (y - yp)"), (".mean()", ".sum()"), ("b - lr * db", "b")]
HANG = f"{RIGHT}\ndef sgd_step(w, b, dw, db, lr):\n    while True: pass\n"  # that one exercise only
ROUNDS = 5
CORES = os.cpu_count() or 1
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def answers(folder: Path, count: int, other: Callable[[int], str]) -> Path:
    """`count` different answers, every tenth of them `other(number)`."""
    folder.mkdir()
    for number in range(count):
        text = other(number // 10) if number % 10 == 9 else RIGHT
        (folder / f"student{number:05}.py").write_text(f"{text}# {number}\n", encoding="utf-8")
    return folder


def wrong(number: int) -> str:
    return RIGHT.replace(*MISTAKES[number % len(MISTAKES)])


def grade(folder: Path, *options: str) -> tuple[float, int]:
    """Seconds, and the grader's own peak memory in bytes."""
    out = tempfile.mkdtemp(dir=folder.parent)
    command = [sys.executable, "-m", "compare", "grade", str(folder), "--out", out, *options]
    started = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"grade ended with {status}")
    return perf_counter() - started, usage.ru_maxrss * 1024


def numpy_start(threads: dict[str, str], times: int = 10) -> float:
    """Seconds of one core for a fresh interpreter with NumPy, when every core is busy with them."""
    command, environment = [sys.executable, "-c", "import numpy"], os.environ | threads
    started = perf_counter()
    for _ in range(times):
        for process in [subprocess.Popen(command, env=environment) for _ in range(CORES)]:
            process.wait()
    return (perf_counter() - started) / times


def ordinary(place: Path) -> None:
    for name, other in (("one in ten wrong", wrong), ("all right", lambda _: RIGHT)):
        folder = answers(place / name.replace(" ", "-"), 500, other)
        rounds = [(numpy_start({}), numpy_start(ONE_THREAD), grade(folder)[0]) for _ in range(ROUNDS)]
        fresh, single, seconds = map(median, zip(*rounds, strict=True))
        ratios = f"{fresh * 500 / (seconds * CORES):.1f}× ({single * 500 / (seconds * CORES):.1f}× with one thread)"
        print(f"500 answers, {name}: {500 / seconds:.0f} a second on {CORES} cores; a core, {ratios} a fresh NumPy")


def memory(place: Path) -> None:
    (place / "short.toml").write_text("[exercises]\nmse = 1\n", encoding="utf-8")
    for count in (1_000, 10_000):
        seconds, peak = grade(answers(place / str(count), count, wrong), "--course", str(place / "short.toml"))
        print(f"{count} answers: {seconds:.0f} s, {1000 * seconds / count:.1f} ms each, peak {peak / 2**20:.0f} MB")


def hanging(place: Path) -> None:
    folder = answers(place / "hanging", 100, lambda _: HANG)
    without, _ = grade(answers(place / "honest", 100, lambda _: RIGHT), "--jobs", "4")
    seconds, _ = grade(folder, "--timeout", "1", "--jobs", "4")
    print(f"10 of 100 hang: {seconds:.1f} s; without {without:.1f} s, and 10 limits of 1 s over 4 jobs 2.5 s")


def start(place: Path) -> None:
    folder = answers(place / "one", 1, wrong)
    fresh, seconds = numpy_start(ONE_THREAD), min(grade(folder)[0] for _ in range(5))
    print(f"one answer, all told: {seconds:.2f} s, {seconds / fresh:.1f}× a fresh NumPy ({fresh:.3f} s)")


def cost(_: Path) -> None:
    for name, other in (("all right", lambda _: RIGHT), ("one in ten wrong", wrong)):
        terms = Terms(course.read(), "en", isolated=True, chance=1)
        worker.begin(None, dict(map(worker.prepare, worker.keys_of(terms))))
        worker.rehearse(terms)
        zygote = worker._mine.sandbox._pid
        sources = [other(number // 10) if number % 10 == 9 else RIGHT for number in range(200)]
        before = process_time(), *of_zygote(zygote)
        for number, source in enumerate(sources):
            worker.grade(terms, worker.Job("", ".py", f"{source}# {number}".encode()))
        after = process_time(), *of_zygote(zygote)
        parts = [1000 * (end - start) / len(sources) for start, end in zip(before, after, strict=True)]
        whose = ", ".join(f"{who} {part:.1f}" for who, part in zip(("judge", "zygote", "student"), parts, strict=True))
        print(f"{name}: {sum(parts):.1f} ms an answer: {whose}")
        worker._drop_sandbox()


def of_zygote(pid: int) -> tuple[float, float]:
    """Processor seconds of its own, and of the forks that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, system, forks, their_system = (int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15])
    return own + system, forks + their_system


if __name__ == "__main__":
    chosen = [globals()[name] for name in sys.argv[1:] or ("ordinary", "memory", "hanging", "start", "cost")]
    with tempfile.TemporaryDirectory() as place:
        for measure in chosen:
            measure(Path(place))
