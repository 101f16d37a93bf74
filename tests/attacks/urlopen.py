# expect: mse=right gradients=unset
# harm: asks a port of this test for a page
import urllib.request

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=1)
    return 0.0, 0.0
