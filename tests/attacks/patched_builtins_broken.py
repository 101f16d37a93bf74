# expect: source=exited
# harm: breaks what the process itself needs
import builtins

for name in ("enumerate", "type", "isinstance", "len", "str", "tuple", "list"):
    setattr(builtins, name, None)


def mse(yp, y):
    return str(yp)


def gradients(x, y, w, b):
    return len(x)
