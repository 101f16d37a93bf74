"""What a measurement found survives JSON, is held to the aims, and its ratios are remembered."""

import json

import pytest

from compare.speed import records
from compare.speed.records import (
    Target,
    from_json,
    to_json,
)
from tests.measured import measured_speed


@pytest.fixture(scope="module")
def speed():
    return measured_speed()


def test_the_record_survives_json(speed):
    assert from_json(json.loads(json.dumps(to_json(speed)))) == speed


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
