# expect: source=error:ModuleNotFoundError line=3
# harm: imports torch
import torch


def mse(yp, y):
    return ((yp - y) ** 2).mean()
