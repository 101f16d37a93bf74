"""`import manual.autograd.nn as nn`, as `import torch.nn as nn`."""

from manual.autograd.nn import functional

__all__ = ["functional"]
