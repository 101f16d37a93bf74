"""`speed` shows what was measured as tables, as JSON and as a figure, in both languages."""

import io
import json
from argparse import Namespace

import pytest

from compare.commands import speed as command
from compare.reports.language import Messages
from compare.speed import pinned, records
from compare.speed.records import (
    DISQUALIFIED,
    STEP,
    Timing,
    from_json,
    to_json,
)
from tests.measured import INSTALLED, measured_speed


@pytest.fixture(scope="module")
def speed():
    return measured_speed()


def shown(speed, language="en"):
    stream = io.StringIO()
    command.render(speed, language, stream)
    return stream.getvalue()


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


def test_durations_have_three_digits_and_a_unit():
    texts = [command.duration(seconds) for seconds in (None, 1.5e-9, 2.345e-7, 0.0123, 456.7)]
    assert texts == ["–", "1.50 ns", "234 ns", "12.3 ms", "457 s"]


def test_both_languages_have_every_message():
    english, korean = (Messages("speed", language) for language in ("en", "ko"))
    assert english.keys() == korean.keys()
    assert all(f"target.{aim.key}" in english for aim in records.targets([], None, {}, None))
