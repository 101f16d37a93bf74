# expect: mse=right gradients=unset:PermissionError
# harm: a local socket without a file
import socket

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    socket.socket(socket.AF_UNIX).connect("\0compare-attack")
    return 0.0, 0.0
