# expect: source=exited line=5
# harm: none
import sys

sys.exit()
