"""torch is imported without its compiler, and an optimizer does not miss it."""

import sys
from types import SimpleNamespace

import torch

from compare.agreement import torch_side


def test_an_optimizer_is_content_with_the_stand_in_for_torchs_compiler(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)
    monkeypatch.delitem(sys.modules, "torch._dynamo")
    monkeypatch.setitem(torch.__dict__, "_dynamo", None)
    torch_side.import_torch()
    assert torch._dynamo is sys.modules["torch._dynamo"]
    assert torch._dynamo.__name__ == "torch._dynamo"
    assert torch._dynamo.disable(len, recursive=False) is len
    assert torch._dynamo.graph_break() is None


def test_a_compiler_that_is_already_there_stays(monkeypatch):
    compiler = SimpleNamespace()
    monkeypatch.setitem(sys.modules, "torch._dynamo", compiler)
    torch_side.import_torch()
    assert sys.modules["torch._dynamo"] is compiler
