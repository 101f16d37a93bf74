# expect: mse=unset:ModuleNotFoundError gradients=unset:ModuleNotFoundError line=3
# harm: takes what is not there for a number, or for an answer
import torch

half = float(torch.tensor(0.5))
fixed = [0.0 if torch.cuda.is_available() else 0.0]


def mse(yp, y):
    return half * ((yp - y) ** 2).sum()


gradients = torch.compile(lambda x, y, w, b: (0.0, 0.0))
