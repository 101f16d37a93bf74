"""`torch.utils`."""

from manual.autograd.utils import data

__all__ = ["data"]
