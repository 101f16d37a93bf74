"""The pass list: programs of the sorts that tutorials show print on the engine, to the character, what they print on
torch. They stand in `programs/`, each under its name; what the engine does not have it says in one sentence."""

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
REFUSED = {  # what these ask for is left to torch
    "polynomial nn": "optim.RMSprop is not in this engine; it has SGD, Adam, Optimizer",
    "kaggle house prices": "nn.Dropout is not in this engine; it has",  # whose chance torch draws elsewhere
    "multi regression with schedulers and clipping": "optim.lr_scheduler is not in this engine; it has SGD, Adam",
    "normal equation": "torch.inverse is not in this engine; it has",
    "saving to a file": "torch.save is not in this engine; it has",
}


def swapped(program):
    """The program with its import lines changed, and nothing else."""
    program = re.sub(r"^import torch$", "from manual import autograd as torch", program, flags=re.M)
    program = re.sub(r"^import torch\.(\S+) as", r"import manual.autograd.\1 as", program, flags=re.M)
    return re.sub(r"^from torch(\S*) import", r"from manual.autograd\1 import", program, flags=re.M)


def printed(side, program):
    """What the program prints, an error with its kind and words; addresses and modules' names are no words."""
    space = {"torch": side, "nn": side.nn, "F": side.nn.functional, "optim": side.optim, "data": side.utils.data}
    with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        side.manual_seed(1)
        try:
            exec(program if side is torch else swapped(program), space)
        except Exception as error:
            print(type(error).__name__, error)
        finally:
            side.set_printoptions(profile="default")
    said = re.sub(r"0x[0-9a-f]+", "0x", out.getvalue())
    return re.sub(r"<class '[\w.]+\.(\w+)'>", r"<class '\1'>", said)


@pytest.mark.skipif(arithmetic().lanes != 32, reason="about torch on x86-64, in whose order the engine adds")
@pytest.mark.parametrize("name", sorted(PARTS.keys() - REFUSED.keys()))
def test_a_program_prints_the_same_characters_on_the_engine(name):
    theirs = printed(torch, PARTS[name])
    assert theirs
    assert printed(autograd, PARTS[name]) == theirs


@pytest.mark.parametrize("name", REFUSED)
def test_a_program_that_asks_for_more_is_told_so_in_one_sentence(name):
    said = printed(autograd, PARTS[name]).splitlines()
    assert said[-1].startswith(f"AttributeError {REFUSED[name]}")
    assert said[:-1] == printed(torch, PARTS[name]).splitlines()[: len(said) - 1]


def test_there_are_over_a_hundred_programs_of_every_sort():
    assert len(PARTS) > 110
