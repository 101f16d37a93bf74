# expect: mse=right gradients=unset:PermissionError
# harm: two sockets
import socket

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    socket.socketpair()
    return 0.0, 0.0
