# expect: source=exited
# harm: none
import os

os._exit(0)
