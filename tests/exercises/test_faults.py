"""Why a student's file cannot be read: one line from the texts of the exercises, in either language."""

from compare.errors import InputError
from compare.exercises.faults import Fault


def test_a_fault_tells_the_file_and_the_cure_in_the_students_language() -> None:
    fault = Fault("not-notebook", "answers.ipynb")
    assert isinstance(fault, InputError)
    assert str(fault) == fault.text("en")
    for language in ("en", "ko"):
        assert "answers.ipynb" in fault.text(language)
    assert fault.text("ko") != fault.text("en")
