# expect: mse=right gradients=missing note=left-out:8:error:ModuleNotFoundError
# harm: pretends that a library is missing, with a name that is none, over and over
class Name(str):
    partition = exit


raise_ = (_ for _ in ()).throw
raise_(ModuleNotFoundError("No module", name="torch.nn"))


def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise NotImplementedError
