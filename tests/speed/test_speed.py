"""The speed comparison measures what it says, and nothing whose answer is wrong. No test here depends on a time."""

import io
import json
import sys
from argparse import Namespace
from fractions import Fraction

import numpy as np
import pytest

from compare.commands import speed as command
from compare.reports.language import Messages
from compare.speed import contenders, measurement, passes, pinned, processes, records
from compare.speed.contenders import STEP_CONTENDERS, Contender
from compare.speed.problem import LR, data_set
from compare.speed.records import (
    DISQUALIFIED,
    FAILED,
    STEP,
    TIMED,
    Footprint,
    Speed,
    Target,
    Timing,
    from_json,
    to_json,
)

PLAN = measurement.Plan((3,), ("float64", "float32"), 2, False)
INSTALLED = ("manual textbook", "manual statistics", "engine", "torch eager", "torch foreach", "torch fused")


@pytest.fixture(scope="module")
def speed():
    """A measurement of six contenders in both dtypes, each timed twice."""
    absent = set()
    timings, limits = measurement.measured(PLAN, absent, lambda _: None)
    aims = records.targets(timings, Footprint(10**9, 38 * 10**6, 1.0, True), {"import numpy": 0.1}, None)
    return Speed("2026-11-23", {"numpy": "2"}, ["one thread"], sorted(absent), 2, timings, limits, aims, [])


def shown(speed, language="en"):
    stream = io.StringIO()
    command.render(speed, language, stream)
    return stream.getvalue()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_exact_run_is_that_of_the_rows(dtype):
    data = data_set(5, dtype)
    x, y = ([Fraction(float(v)) for v in values] for values in (data.x, data.y))
    w = b = Fraction(0)
    for expected in data.path[:6]:
        assert (float(w), float(b)) == tuple(expected)
        r = [w * at + b - target for at, target in zip(x, y, strict=True)]
        dw, db = 2 * sum(map(Fraction.__mul__, r, x)) / 5, 2 * sum(r) / 5
        w, b = w - Fraction(LR) * dw, b - Fraction(LR) * db


def test_the_five_sums_are_exact_at_any_size():
    data = data_set(100_000, "float32")
    x, y = ((values * 256).astype(np.int64) for values in (data.x, data.y))
    assert data.sums[2:] == tuple(Fraction(int(total), 2**16 * data.n) for total in (x @ x, x @ y, y @ y))


def test_every_contender_is_within_its_bound(speed):
    assert {timing.status for timing in speed.timings} == {TIMED}
    assert set(INSTALLED) <= {timing.contender for timing in speed.timings if timing.job == STEP}
    assert all(timing.error <= timing.bound for timing in speed.timings)


def wrong(factor):
    """A contender whose gradient is off by that factor."""

    def prepare(x, y):
        return lambda updates: contenders.textbook(x * factor, y)(updates)

    return Contender("wrong", prepare)


@pytest.mark.parametrize("n", [3, 1000])
def test_a_wrong_answer_is_disqualified_and_not_timed(monkeypatch, n):
    monkeypatch.setattr(measurement, "STEP_CONTENDERS", (wrong(1.0005), *STEP_CONTENDERS[:1]))
    (first, second), _ = measurement.steps(data_set(n, "float64"), PLAN, set())
    assert (first.status, first.seconds, first.ratio) == (DISQUALIFIED, None, None)
    assert first.reason.startswith("off by")
    assert second.status == TIMED


def test_a_contender_that_fails_is_a_row_of_the_table(monkeypatch):
    def prepare(*_):
        raise RuntimeError("no compiler\nat all")

    monkeypatch.setattr(measurement, "STEP_CONTENDERS", (Contender("broken", prepare),))
    (timing,), _ = measurement.steps(data_set(3, "float64"), PLAN, set())
    assert (timing.status, timing.reason) == (FAILED, "RuntimeError: no compiler")


def test_a_contender_that_is_not_installed_is_named(monkeypatch):
    def prepare(*_):
        raise ImportError("no module")

    absent = set()
    monkeypatch.setattr(measurement, "STEP_CONTENDERS", (Contender("elsewhere", prepare),))
    assert measurement.steps(data_set(3, "float64"), PLAN, absent)[0] == []
    assert absent == {"elsewhere"}


def test_where_rounding_may_exceed_the_values_there_is_no_bound():
    assert data_set(10**6, "float32").bound(201) is None
    assert data_set(10**6, "float64").bound(201) < 1e-6


@pytest.mark.parametrize("name", ["manual statistics", "NumPy, five dots"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_pass_finds_the_exact_line(name, dtype):
    data = data_set(1000, dtype)
    given = passes.PASS_CONTENDERS[name](data.x, data.y)()
    assert np.abs(np.subtract(given, passes.answer(data))).max() <= passes.bound(data)


def test_rounds_are_interleaved():
    calls = []
    taken = measurement.interleaved({name: lambda name=name: calls.append(name) for name in "abc"}, 3)
    assert "".join(calls) == "abcabcabc"
    assert [len(values) for values in taken.values()] == [3, 3, 3]


def test_a_ratio_is_the_median_of_the_rounds_ratios():
    assert measurement.ratio([1.0, 10.0, 2.0], [1.0, 1.0, 1.0]) == 2


def test_memory_is_left_out_where_the_system_does_not_tell_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    assert processes.memory(16) is None


def test_the_pass_over_files_is_exact_in_bounded_memory():
    seen = processes.memory(160_000_000)
    assert seen is None or (seen.exact and seen.resident < 120e6)  # of which x and y would be 160 MB


def test_the_record_survives_json(speed):
    assert from_json(json.loads(json.dumps(to_json(speed)))) == speed


@pytest.mark.parametrize("language", ["en", "ko"])
def test_tables_fit_eighty_columns_and_name_everyone(speed, language):
    text = shown(speed, language)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert all(name in text for name in (*INSTALLED, "torch eager", "38"))


def test_what_went_wrong_is_said(speed):
    off = Timing("liar", STEP, 3, "float64", DISQUALIFIED, None, None, None, 1.0, 0.1, "off by 1, allowed 0.1")
    worse = records.regressions({"a": 1.0, "b": 1.0}, {"a": 1.3, "b": 1.1, "c": 9.0})
    text = shown(speed._replace(timings=[*speed.timings, off], regressions=worse))
    assert "disqualified: liar, n = 3, float64 (off by 1, allowed 0.1)" in text
    assert "a: 1 (recorded 1.3)" in text
    assert [regression.ratio for regression in worse] == ["a"]


def test_a_target_is_met_missed_or_not_measured():
    mets = [Target("t", value, 10, at_least, "s").met for value in (12, 8, None) for at_least in (True, False)]
    assert mets == [True, False, False, True, None, None]


def test_targets_are_read_from_the_timings(speed):
    aims = {target.key: target.value for target in speed.targets}
    ratio = next(t.ratio for t in speed.timings if (t.contender, t.n, t.dtype) == ("manual textbook", 3, "float64"))
    assert aims["textbook-step"] == ratio
    assert (aims["pass-memory"], aims["pass-million"], aims["compare"]) == (38, None, None)


def test_ratios_are_remembered_and_those_not_measured_are_kept(speed, tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RECORDED", tmp_path / "recorded.json")
    assert records.recorded() == {}
    records.record({"elsewhere": 3.0}, "2026-11-22", {})
    ratios = records.remembered_ratios(speed.timings, speed.targets)
    records.record(ratios, speed.date, speed.machine)
    assert records.recorded() == {**ratios, "elsewhere": 3.0}
    assert "engine, n = 3, float64" in ratios


def test_the_figure_shows_every_contender_against_n(speed, tmp_path):
    png, svg = command.draw(speed, tmp_path, "ko")
    assert png.stat().st_size > 10_000
    assert svg.read_text(encoding="utf-8").count("<path") > 50


def test_the_command_prints_what_the_measuring_process_wrote(speed, monkeypatch, capsys):
    def measured(arguments):
        assert arguments[2:] == ["quick"]
        with open(arguments[1], "w", encoding="utf-8") as file:
            json.dump(to_json(speed), file)
        return 0

    monkeypatch.setattr(pinned, "run_module", measured)
    options = Namespace(quick=True, json=True, figures=None, record=False, lang="en")
    assert command.run(options) == 0
    assert from_json(json.loads(capsys.readouterr().out)) == speed
    monkeypatch.setattr(pinned, "run_module", lambda _: 3)
    assert command.run(options) == 1


def test_five_mistakes_are_planted_in_our_own_answers():
    assert len(processes.MISTAKES) == 5
    assert processes._wrong() != processes._answers()


def test_one_thread_is_pinned():
    given = pinned.environment()
    assert all(given[name] == "1" for name in pinned.THREADS)
    assert pinned.machine()["numpy"] == np.__version__


def test_durations_have_three_digits_and_a_unit():
    texts = [command.duration(seconds) for seconds in (None, 1.5e-9, 2.345e-7, 0.0123, 456.7)]
    assert texts == ["–", "1.50 ns", "234 ns", "12.3 ms", "457 s"]


def test_the_bare_recurrence_is_one():
    assert passes.recurrence(100)() == pytest.approx(2)  # where w = w * 0.75 + 0.5 settles


def test_both_languages_have_every_message():
    english, korean = (Messages("speed", language) for language in ("en", "ko"))
    assert english.keys() == korean.keys()
    assert all(f"target.{aim.key}" in english for aim in records.targets([], None, {}, None))
