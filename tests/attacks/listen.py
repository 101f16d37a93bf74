# expect: mse=right gradients=unset:PermissionError
# harm: waits for a caller
import socket

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen()
    return 0.0, 0.0
