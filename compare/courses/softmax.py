"""Softmax and cross-entropy, by the logits.

Z   logits, n rows of k numbers, a class a column      Y   labels, n rows with a single 1: one-hot
P   probabilities, n rows that sum to 1
"""

def softmax(Z: (n, k)):
    """The probabilities: each row of exp(Z), divided by its sum."""
    E = exp(Z)
    P = E/sum(E, axis=1, keepdims=True)
    return P

def cross_entropy(Z: (n, k), Y: onehot(n, k)):
    """The loss: the mean over the samples of minus the logarithm of the probability of the right class."""
    loss = -sum(Y*log(softmax(Z)))/len(Z)
    return loss

@gradient_of(cross_entropy, Z)
def gradient(Z: (n, k), Y: onehot(n, k)):
    """The derivative of the loss by each logit: n rows of k numbers."""
    dZ = (softmax(Z) - Y)/len(Z)
    return dZ

@mistake(softmax, see="All n rows together sum to 1, and not each row.", attempt="Sum along each row: axis=1, keepdims=True.")
def over_everything(Z):
    return exp(Z)/sum(exp(Z))

@mistake(softmax, see="Each column sums to 1, and not each row.", attempt="The classes stand in a row: sum along axis 1.")
def over_columns(Z):
    return exp(Z)/sum(exp(Z), axis=0)

def shifted(Z: (n, k)):
    """Z less the largest of each row, as many write it so that exp stays small: of that, softmax is the same."""
    largest = Z[:, 0:1]
    for j in range(1, len(Z.T)):
        largest = maximum(largest, Z[:, j:j + 1])
    return Z - largest

@mistake(softmax, see="All n rows together sum to 1, and not each row.", attempt="Sum along each row: axis=1, keepdims=True.")
def shifted_over_everything(Z):
    E = exp(shifted(Z))
    return E/sum(E)

@mistake(softmax, see="Each column sums to 1, and not each row.", attempt="The classes stand in a row: sum along axis 1.")
def shifted_over_columns(Z):
    E = exp(shifted(Z))
    return E/sum(E, axis=0)

@mistake(softmax, see="The rows do not sum to 1.", attempt="Divide each row of exp by its sum.")
def shifted_not_divided(Z):
    return exp(shifted(Z))

@mistake(gradient, see="Only the right class has a derivative here; the others have one, too: pushing them up lowers its probability.", attempt="Every logit stands in the sum below the fraction.")
def right_class_only(Z, Y):
    return Y*(softmax(Z) - 1)/len(Z)

@mistake(gradient, see="This is the slope of each probability by its own logit; the labels do not stand in it.", attempt="Take the chain rule through the logarithm as well: what is left is the probability less the label.")
def slope_of_softmax(Z, Y):
    P = softmax(Z)
    return P*(1 - P)/len(Z)
