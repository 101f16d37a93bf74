# expect: mse=right gradients=unset:PermissionError
# harm: connects to a port of this test
import socket

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    socket.create_connection(("127.0.0.1", @PORT@), 1).sendall(b"secret")
    return 0.0, 0.0
