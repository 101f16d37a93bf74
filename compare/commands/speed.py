"""Measure every implementation of one update, side by side in one pinned run, and the commands that people wait for."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from rich.table import Table
from rich.text import Text

from compare.errors import need
from compare.reports.language import Messages
from compare.reports.terminal import console, table
from compare.speed import pinned
from compare.speed.records import (
    DISQUALIFIED,
    FAILED,
    PASS,
    READ,
    RECORDED,
    REFERENCE,
    STEP,
    TIMED,
    Speed,
    Target,
    Timing,
    from_json,
)

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
MARKS = "os^vD<>Pp*Xh"
VIEWS = (  # heading, job, and which of a timing's fields
    ("steps", STEP, "seconds"), ("ratios", STEP, "ratio"), ("shares", STEP, "share"),
    ("pass", PASS, "seconds"), ("pass_shares", PASS, "share"),
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--quick", action="store_true", help="three sizes, float64 only, no compiler: under half a minute")
    add("--json", action="store_true", help="print one JSON object and nothing else")
    add("--figures", type=Path, metavar="DIR", help="draw time against n into this folder")
    add("--record", action="store_true", help="remember the ratios that later runs are held against")


def run(arguments: argparse.Namespace) -> int:
    """0 if everything was measured, 1 if a contender was disqualified or the measuring failed."""
    need("torch")
    words = Messages("speed", arguments.lang)
    print(words("started", time=words("quick" if arguments.quick else "whole")), file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "speed.json")
        options = [name for name in ("quick", "record") if getattr(arguments, name)]
        code = pinned.run_module(["compare.speed", str(file), *options])
        if code:
            print(words("failed", code=code), file=sys.stderr)
            return 1
        measured = json.loads(file.read_text(encoding="utf-8"))
    speed = from_json(measured)
    if arguments.json:
        print(json.dumps(measured, indent=1, ensure_ascii=False))
    else:
        render(speed, arguments.lang, sys.stdout)
    if arguments.figures:
        path, *_ = draw(speed, arguments.figures, arguments.lang)
        print(words("drawn", path=path), file=sys.stderr)
    if arguments.record:
        print(words("recorded", path=RECORDED), file=sys.stderr)
    return int(any(timing.status == DISQUALIFIED for timing in speed.timings))


def render(speed: Speed, language: str, stream: IO[str]) -> None:
    """Write the tables of times, ratios and shares, the targets, and under what conditions all of it was measured."""
    words, out = Messages("speed", language), console(stream)
    for dtype in dict.fromkeys(timing.dtype for timing in speed.timings):
        for heading, job, field in VIEWS:
            rows = [t for t in speed.timings if (t.job, t.dtype) == (job, dtype)]
            out.print(Text(words(f"heading.{heading}", dtype=dtype), style="bold"))
            out.print(_matrix(rows, field, _limits(speed, job, dtype) if field == "seconds" else {}, words))
            out.print()
    out.print(Text(words("heading.targets"), style="bold"))
    out.print(_targets(speed.targets, words))
    out.print()
    for note in notes(speed, words):
        out.print(Text(note))


def duration(seconds: float | None) -> str:
    """Three digits and a unit."""
    if seconds is None:
        return "–"
    size, unit = next((pair for pair in UNITS if seconds >= pair[0]), UNITS[-1])
    return f"{_three(seconds / size)} {unit}"


def notes(speed: Speed, words: Messages) -> Iterator[str]:
    """What has to be known to read the tables: conditions, absences, disqualifications, regressions."""
    yield words("note.shares")
    for timing in speed.timings:
        if timing.status in (DISQUALIFIED, FAILED):
            yield words(f"note.{timing.status}", **timing._asdict())
    for dtype in dict.fromkeys(timing.dtype for timing in speed.timings):
        sizes = {t.n: None for t in speed.timings if t.dtype == dtype and t.status == TIMED and t.bound is None}
        if sizes:
            yield words("note.unchecked", dtype=dtype, sizes=", ".join(f"n = {n}" for n in sizes))
    if speed.absent:
        yield words("note.absent", names=", ".join(speed.absent))
    yield words("note.pinned", pins=", ".join(speed.pinned))
    machine = ", ".join(f"{key} {value}" for key, value in speed.machine.items())
    yield words("note.machine", date=speed.date, machine=machine, rounds=speed.rounds)
    for regression in speed.regressions:
        yield words("regression.one", **regression._asdict())
    if not speed.regressions:
        yield words("regression.none")


def draw(speed: Speed, folder: Path, language: str) -> list[Path]:
    """Draw time against n, both logarithmic, a panel a dtype, as `speed.png` and `speed.svg`; returns the paths."""
    from matplotlib.figure import Figure

    from compare.reports.lesson.figures import drawable, families

    words = Messages("speed", language)
    dtypes = list(dict.fromkeys(timing.dtype for timing in speed.timings))
    figure = Figure(figsize=(6.4 * len(dtypes), 5.2), layout="constrained")
    for axes, dtype in zip(figure.subplots(1, len(dtypes), squeeze=False)[0], dtypes, strict=True):
        for (label, line, style), mark in zip(_lines(speed, dtype, words), MARKS * 2, strict=False):
            axes.loglog(*zip(*line, strict=True), style, marker=mark, label=drawable(label))
        texts = words("figure.title", dtype=dtype), words("figure.rows"), words("figure.seconds")
        family = families(texts)
        axes.set_title(drawable(texts[0]), family=family)
        axes.set_xlabel(drawable(texts[1]), family=family)
        axes.set_ylabel(drawable(texts[2]), family=family)
        axes.grid(True, which="major", alpha=0.3)
        axes.legend(fontsize=7, ncols=2, prop={"family": family, "size": 7})
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"speed.{kind}" for kind in ("png", "svg")]
    for path in paths:
        figure.savefig(path, dpi=150)
    return paths


def _lines(speed: Speed, dtype: str, words: Messages) -> Iterator[tuple[str, list[tuple[int, float]], str]]:
    """A label, its points (n, seconds) and its style: every contender's update, and the limits, dashed."""
    steps = [t for t in speed.timings if (t.job, t.dtype) == (STEP, dtype)]
    for name in dict.fromkeys(timing.contender for timing in steps):
        line = [(t.n, t.seconds) for t in steps if t.contender == name and t.seconds]
        if line:
            yield name, line, "-"
    for name, seconds in _limits(speed, STEP, dtype).items():
        yield words(f"limit.{name}"), sorted(seconds.items()), "k--"


def _limits(speed: Speed, job: str, dtype: str) -> dict[str, dict[int, float]]:
    """The shortest time that was measured of each limit, by n."""
    found: dict[str, dict[int, float]] = {}
    for limit in speed.limits:
        if limit.dtype == dtype and (job == STEP or limit.name == READ):
            line = found.setdefault(limit.name, {})
            line[limit.n] = min(limit.seconds, line.get(limit.n, limit.seconds))
    return found


def _matrix(rows: Sequence[Timing], field: str, limits: dict[str, dict[int, float]], words: Messages) -> Table:
    sizes = list(dict.fromkeys(timing.n for timing in rows))
    table = _table([words("column.contender"), *(f"n = {n}" if n < 1000 else f"10{_power(n)}" for n in sizes)])
    for name in dict.fromkeys(timing.contender for timing in rows):
        found = {timing.n: timing for timing in rows if timing.contender == name}
        table.add_row(name, *(_cell(found[n], field) if n in found else "" for n in sizes))
    for name, line in limits.items():
        table.add_row(words(f"limit.{name}"), *(duration(line.get(n)) for n in sizes), style="dim")
    return table


def _table(columns: Iterable[str]) -> Table:
    found, (first, *others) = table(), columns
    found.add_column(first)
    for column in others:
        found.add_column(column, justify="right", no_wrap=True)
    return found


def _targets(targets: Sequence[Target], words: Messages) -> Table:
    table = _table([words("column.what"), words("column.measured"), words("column.aim"), words("column.met")])
    for target in targets:
        met = {True: "yes", False: "no", None: "unknown"}[target.met]
        measured = "–" if target.value is None else _three(target.value)
        aim = f"{'≥' if target.at_least else '≤'} {target.aim:g} {target.unit}"
        table.add_row(words(f"target.{target.key}"), measured, aim, words(f"met.{met}"))
    return table


def _cell(timing: Timing, field: str) -> str:
    """A time, or how many times faster than the reference, or the share of the physical limit in percent."""
    value = timing._asdict()[field]
    if value is None or field == "seconds":
        return duration(value)
    if field == "ratio":
        return "1" if timing.contender == REFERENCE else _three(value)
    return _three(100 * value)


def _three(value: float) -> str:
    """Three digits, without an exponent."""
    return f"{value:.0f}" if abs(value) >= 99.95 else f"{value:#.3g}".rstrip(".")


def _power(n: int) -> str:
    return str(len(str(n)) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
