# expect: source=exited line=3
# harm: none
quit()
