# expect: mse=right gradients=unset:PermissionError
# harm: sends a word to a port of this test
import socket

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"secret", ("127.0.0.1", @PORT@))
    return 0.0, 0.0
