"""Both languages are complete: the same messages with the same fields, and words for every mistake and fault."""

from pathlib import Path
from string import Formatter

import pytest

from compare import errors, exercises, grading
from compare.exercises.formulas import text as reference
from compare.exercises.reference import tasks as files
from compare.exercises.reference.named import KEEPS
from compare.exercises.table import mistakes
from compare.reports.language import FOLDER, LANGUAGES, Messages, reader_language
from compare.sandbox.calls import REASONS
from tests.answers import EXERCISES

AREAS = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.toml")})
FAULTS = (errors, exercises, grading, reference)
FILES = [Path(files.__file__).with_name("tasks"), *(Path(home.__file__).with_name("faults") for home in FAULTS)]


def texts(stem: Path, language: str) -> dict[str, str]:
    import tomllib

    from compare.reports.language import flat

    return dict(flat(tomllib.loads(stem.with_name(f"{stem.name}.{language}.toml").read_text(encoding="utf-8"))))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("stem", [*FILES, *(FOLDER / area for area in AREAS)], ids=lambda stem: stem.name)
def test_every_message_is_there_in_both_languages_with_the_same_fields(stem):
    english, korean = texts(stem, "en"), texts(stem, "ko")
    assert english.keys() == korean.keys()
    assert {key: fields(text) for key, text in english.items()} == {key: fields(text) for key, text in korean.items()}


def known_mistakes() -> set[str]:
    listed = {one.name for task in EXERCISES for one in mistakes.singles(task)}
    return listed | {*mistakes.SOLVED, mistakes.STOPS.name, mistakes.CHANGES.name, KEEPS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_has_a_name_a_way_to_see_it_and_something_to_try(language):
    say = Messages("check", language)
    names = known_mistakes() | set(mistakes.ALSO.values())
    assert [name for name in names for part in ("name", "see", "try") if f"mistake.{name}.{part}" not in say] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_said_and_has_something_to_try(language):
    say = Messages("check", language)
    reasons = {*REASONS, "value", "shape", "count", "not-finite", "changes"} - {"missing"}
    assert [name for name in reasons for part in ("what", "try") if f"reason.{name}.{part}" not in say] == []


def test_no_message_is_for_a_mistake_that_is_not_known():
    named = {key.split(".")[1] for key in Messages("check", "en").keys() if key.startswith("mistake.")}  # noqa: SIM118
    assert named == known_mistakes() | {mistakes.OTHER_RATE.name}


def test_korean_is_written_in_korean():
    letters = {
        key: text for key, text in texts(FOLDER / "check", "ko").items() if key.split(".")[-1] in ("see", "what")
    }
    assert [key for key, text in letters.items() if not any("가" <= letter <= "힣" for letter in text)] == []


@pytest.mark.parametrize("stem", [*FILES, *(FOLDER / area for area in AREAS)], ids=lambda stem: stem.name)
def test_korean_has_one_word_for_a_thing(stem):
    """에포크; 예제 for a lesson; 기울기 for a gradient, and 경사 in 경사 하강 alone; 확인 못 함 for unchecked."""
    text = " ".join(texts(stem, "ko").values())
    assert [word for word in ("에폭", "레슨", "수업", "확인 불가", "확인 안 함", "미확인") if word in text] == []
    assert "경사" not in text.replace("경사 하강", "").replace("경사하강", "")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ko_KR.UTF-8", "ko"), ("ko", "ko"), ("en_GB.UTF-8", "en"), ("C", "en"), ("de_DE", "en"), ("", "en")],
)
def test_the_language_is_that_of_the_locale(monkeypatch, locale, language):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert reader_language() == language


def test_the_languages_are_listed_in_one_place():
    kit, as_written = FOLDER.parents[1], repr(LANGUAGES).replace("'", '"')
    listing = [path for path in kit.rglob("*.py") if as_written in path.read_text(encoding="utf-8")]
    assert listing == [kit / "reports/language.py"]
