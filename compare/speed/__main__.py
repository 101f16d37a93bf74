"""The measuring process: `python -m compare.speed FILE [quick] [record]`, started pinned by the command `speed`."""

import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path

from compare.speed import measurement, pinned, processes, records
from compare.speed.records import Speed, to_json


def main(file: str, *words: str) -> None:
    """Measure, write the record into `file` as JSON, and remember its ratios where asked to."""
    say = _progress()
    speed = measure("quick" in words, say)
    if "record" in words:
        ratios = records.remembered_ratios(speed.timings, speed.targets)
        records.record(ratios, speed.date, speed.machine)
    Path(file).write_text(json.dumps(to_json(speed)), encoding="utf-8")
    say("")


def measure(quick: bool, say: Callable[[str], None]) -> Speed:
    """The whole measurement; `say` is told what is being measured."""
    plan = measurement.QUICK if quick else measurement.WHOLE
    say("commands")
    commands = processes.seconds(1 if quick else 5)
    rate = None if quick else processes.answers_a_second()
    say("memory")
    seen = processes.memory(processes.QUICK if quick else processes.WHOLE)
    pins = pinned.pin_processor()
    absent: set[str] = set()
    timings, limits = measurement.measured(plan, absent, say)
    aims = records.targets(timings, seen, commands, rate)
    return Speed(
        datetime.date.today().isoformat(), pinned.machine(), pins, sorted(absent), plan.rounds, timings, limits, aims,
        records.regressions(records.remembered_ratios(timings, aims), records.recorded()),
    )  # fmt: skip


def _progress() -> Callable[[str], None]:
    """One line on the terminal that says what is being measured; nothing where there is no terminal."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda words: print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
