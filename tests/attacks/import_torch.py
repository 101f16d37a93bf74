# expect: mse=right gradients=unset:ModuleNotFoundError
# harm: imports torch
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    import torch

    return torch.zeros(2)
