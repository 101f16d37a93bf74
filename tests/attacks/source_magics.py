# expect: source=bad-source line=3
# harm: none
%matplotlib inline
!pip install torch
