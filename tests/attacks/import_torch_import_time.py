# expect: mse=right gradients=error:ModuleNotFoundError line=12 note=passed-over:torch:3
# harm: imports torch; its import is passed over, and what uses it stops
import torch

torch.manual_seed(0)

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return torch.zeros(2)
