"""The pass list: programs of the sorts that tutorials show print on the engine, to the character, what they print on
torch. They stand in `programs/`, each under its name; the few that differ have their reason in `DIFFER`."""

import contextlib
import io
import re
import warnings
from pathlib import Path

import pytest
import torch

from compare.agreement.torch_side import arithmetic
from manual import autograd

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.txt"))
PARTS = {
    name: text
    for path in PROGRAMS
    for name, text in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", path.read_text(encoding="utf-8"), re.M | re.S)
}
DIFFER = {
    "a line with its update by hand": "torch sums ten numbers in lanes of eight: the last digits of item() show it",
}


def printed(side, program):
    """What the program prints, an error with its kind and words; addresses are no words."""
    space = {"torch": side, "nn": side.nn, "F": side.nn.functional, "optim": side.optim, "data": side.utils.data}
    with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        side.manual_seed(1)
        try:
            exec(program, space)
        except Exception as error:
            print(type(error).__name__, error)
    return re.sub(r"0x[0-9a-f]+", "0x", out.getvalue())


@pytest.mark.skipif(arithmetic().lanes != 32, reason="about torch on x86-64, in whose order the engine adds")
@pytest.mark.parametrize("name", PARTS)
def test_a_program_prints_the_same_characters_on_the_engine(name):
    ours, theirs = printed(autograd, PARTS[name]), printed(torch, PARTS[name])
    assert theirs
    assert (ours == theirs) == (name not in DIFFER)


def test_there_are_forty_programs_of_every_sort():
    assert len(PARTS) >= 40
