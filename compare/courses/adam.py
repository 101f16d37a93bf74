"""One step of Adam and one of RMSprop, by torch's rules.

p    a parameter            g   its gradient            lr   the learning rate
m    Adam's mean of the gradients so far               v   the mean of their squares so far
t    how many steps were made before                  eps  keeps the division from 0
"""

def adam(p: n, g: n, m: n, v: positive(n), t: whole, lr: rate, beta1: rate, beta2: rate, eps: positive):
    """p, m and v after step t + 1, where t steps were made before it: torch.optim.Adam without options.

    The new m is beta1*m + (1 - beta1)*g, the new v is beta2*v + (1 - beta2)*g**2; both are divided by what they lack
    at the beginning, 1 - beta**(t + 1), before p - lr*m/(sqrt(v) + eps).
    """
    m = beta1*m + (1 - beta1)*g
    v = beta2*v + (1 - beta2)*g**2
    m_hat = m/(1 - beta1**(t + 1))
    v_hat = v/(1 - beta2**(t + 1))
    p = p - lr*m_hat/(sqrt(v_hat) + eps)
    return p, m, v

def rmsprop(p: n, g: n, v: positive(n), lr: rate, alpha: rate, eps: positive):
    """p and v after one step of torch.optim.RMSprop without options.

    The new v is alpha*v + (1 - alpha)*g**2, then p - lr*g/(sqrt(v) + eps).
    """
    v = alpha*v + (1 - alpha)*g**2
    p = p - lr*g/(sqrt(v) + eps)
    return p, v

@mistake(adam, see="The first steps come out too short: m and v begin at 0 and are not corrected.", attempt="Divide m by 1 - beta1**(t + 1) and v by 1 - beta2**(t + 1) for the step; keep m and v themselves as they are.")
def not_corrected(p, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1*m + (1 - beta1)*g
    v = beta2*v + (1 - beta2)*g**2
    return p - lr*m/(sqrt(v) + eps), m, v

@mistake(adam, see="The corrected m and v are handed on: the next step corrects them once more.", attempt="Hand on m and v as they were before the correction.")
def corrected_handed_on(p, g, m, v, t, lr, beta1, beta2, eps):
    m = (beta1*m + (1 - beta1)*g)/(1 - beta1**(t + 1))
    v = (beta2*v + (1 - beta2)*g**2)/(1 - beta2**(t + 1))
    return p - lr*m/(sqrt(v) + eps), m, v

@mistake(adam, see="eps stands below the root: where v is small, the step comes out shorter.", attempt="Add eps to the root, as torch does, and not below it.")
def eps_in_root(p, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1*m + (1 - beta1)*g
    v = beta2*v + (1 - beta2)*g**2
    return p - lr*m/(1 - beta1**(t + 1))/sqrt(v/(1 - beta2**(t + 1)) + eps), m, v

@mistake(rmsprop, see="eps stands below the root: where v is small, the step comes out shorter.", attempt="Add eps to the root, as torch does, and not below it.")
def eps_below_root(p, g, v, lr, alpha, eps):
    v = alpha*v + (1 - alpha)*g**2
    return p - lr*g/sqrt(v + eps), v
