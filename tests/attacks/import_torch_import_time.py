# expect: mse=right gradients=unset:ModuleNotFoundError line=3 note=left-out:3:error:ModuleNotFoundError
# harm: imports torch; its import is left out, and what uses it is not judged
import torch

torch.manual_seed(0)

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return torch.zeros(2)
