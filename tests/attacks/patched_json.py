# expect: mse=right gradients=wrong-value
# harm: replaces serialisation
import json
import pickle
import struct

json.dumps = pickle.dumps = struct.pack = lambda *a, **k: b"right"

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return 0.0, 0.0
