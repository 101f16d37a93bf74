"""The notebook: the same cells in both languages, which run from top to bottom and say what they promise."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from compare.__main__ import main
from compare.commands import notebook
from compare.reports.language import LANGUAGES, Messages

ROOT = Path(__file__).parents[2]


def code(language: str) -> list[str]:
    return [cell.source for cell in notebook.read(language).cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def executed():
    """Both languages, run side by side: a kernel mostly waits for its imports."""
    notebooks = {language: notebook.read(language) for language in LANGUAGES}
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda lesson: notebook.execute(lesson, ROOT), notebooks.values()))
    return notebooks


def outputs(lesson) -> list[str]:
    shown = [output for cell in lesson.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.data.get("text/html") or output.data["text/plain"] for output in shown if "data" in output]


def test_both_languages_have_the_same_code_but_for_the_language_of_check():
    korean = [source.replace('language = "ko"', 'language = "en"') for source in code("ko")]
    assert code("en") == korean


def test_both_languages_have_the_same_sections():
    english, korean = (
        re.findall(r"^## \d+", "\n".join(cell.source for cell in notebook.read(language).cells), re.MULTILINE)
        for language in LANGUAGES
    )
    assert english == korean == [f"## {number}" for number in range(1, 10)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_runs(executed, language):
    cells = [cell for cell in executed[language].cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize(
    "said", ["tensor(13.3520, grad_fn=<MeanBackward0>)", "Fraction(-476, 25)", "'152792.8281'", "'3034.0964'"]
)
def test_the_numbers_of_the_lesson_appear(executed, said):
    assert any(said in output for output in outputs(executed["en"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_functions_that_are_not_written_yet_are_unchecked_in_the_readers_language(executed, language):
    verdict = Messages("check", language)("verdict.unchecked")
    tables = [output for output in outputs(executed[language]) if "<table" in output]
    assert sum(table.count(verdict) for table in tables) == 8


def test_the_command_writes_the_notebook_it_ran(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebook, "execute", lambda lesson, folder, cell_done: cell_done())
    file = tmp_path / "new" / "lesson.ipynb"
    assert main(["notebook", str(file), "--lang", "ko"]) == 0
    assert capsys.readouterr().out.strip() == str(file)
    assert nbformat.read(file, as_version=4).cells[0].source.startswith("# 손으로")


def test_what_is_missing_is_named_with_its_cure(monkeypatch, capsys):
    monkeypatch.setattr(notebook, "NEEDED", ("no_such_package",))
    assert main(["notebook"]) == 2
    assert "pip install" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_gets_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebook, "execute", lambda *_: None)
    assert main(["notebook", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
