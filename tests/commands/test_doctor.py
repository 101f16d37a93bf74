"""`doctor`: what holds is said, what does not is named, in both languages."""

import io

import pytest

from compare.__main__ import main
from compare.commands import doctor
from compare.reports.language import LANGUAGES, Messages
from compare.sandbox.calls import Layer
from compare.sandbox.proof import Act, act_names

LAYERS = ("files", "system-calls", "privileges", "user", "memory", "orphans", "supervision", "sealed-memory")


def rendered(language: str, holds: bool = True, refused: bool = True) -> str:
    layers = [Layer(name, holds or name != "files", "means") for name in LAYERS]
    acts = [Act(name, refused or name != "fork", "how") for name in act_names()]
    stream = io.StringIO()
    doctor.render(doctor.Examination(layers, acts, (("python", "3.13"), ("torch", ""))), language, stream)
    return stream.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sound_machine_is_called_sound(language):
    say = Messages("doctor", language)
    assert say("conclusion.sound") in rendered(language)
    assert say("missing") not in rendered(language)
    assert say("absent") in rendered(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("flaw", "key"), [({"holds": False}, "layer.files"), ({"refused": False}, "act.fork")])
def test_what_is_missing_is_named_in_the_conclusion(language, flaw, key):
    conclusion = " ".join(rendered(language, **flaw).split("\n\n")[-1].split())
    assert Messages("doctor", language)(key) in conclusion
    assert "--unsafe" in conclusion


def test_the_command_examines_this_machine(capsys):
    code = main(["doctor", "--lang", "en"])
    text = capsys.readouterr().out
    assert ("Everything holds" in text) == (code == 0)
    assert "numpy" in text
