# expect: mse=right gradients=unset:PermissionError
# harm: a local socket
import socket

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    socket.socket(socket.AF_UNIX).connect("@FOLDER@/socket")
    return 0.0, 0.0
