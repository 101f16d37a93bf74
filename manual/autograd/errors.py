"""Refusals in torch's words, with the shapes that do not fit: one table, and what it takes to find their numbers."""

import builtins
import sys
import warnings
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

# A name, the kind of the error, and its text, which goes on where a line is indented.
TABLE = """
leaf RuntimeError a leaf Variable that requires grad is being used in an in-place operation.
leaf-view RuntimeError a view of a leaf Variable that requires grad is being used in an in-place operation.
unrecorded-view RuntimeError A view was created in no_grad mode and is being modified inplace with grad mode enabled.
    Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the
    view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both
    outside (if you want the inplace to be tracked).
one-of-several RuntimeError Output {} of {} is a view and is being modified inplace. This view is the output of a
    function that returns multiple views. Such functions do not allow the output views to be modified inplace. You
    should replace the inplace operation by an out-of-place one.
freed RuntimeError Trying to backward through the graph a second time (or directly access saved tensors after they have
    already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad().
    Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved
    tensors after calling backward.
overwritten RuntimeError one of the variables needed for gradient computation has been modified by an inplace operation:
    a value that {} saved is at version {}; expected version {} instead. Hint: write t = t + … in place of t += …
undifferentiated RuntimeError One of the differentiated Tensors does not require grad
no-function NotImplementedError "{}" not implemented for '{}'
no-derivative RuntimeError derivative for aten::{} is not implemented
second-order RuntimeError this engine does not derive a derivative: create_graph=False
unused RuntimeError The differentiated Tensor at index {} appears to not have been used in the graph. Set
    allow_unused=True if this is the desired behavior.
integers RuntimeError Only Tensors of floating point and complex dtype can require gradients
not-a-leaf RuntimeError you can only change requires_grad flags of leaf variables. If you want to use a computed
    variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().
deep-copy RuntimeError Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the
    moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see
    https://github.com/pytorch/pytorch/pull/103001
expanded RuntimeError unsupported operation: more than one element of the written-to tensor refers to a single memory
    location. Please clone() the tensor before performing the operation.
no-numpy RuntimeError Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.
no-graph RuntimeError element 0 of tensors does not require grad and does not have a grad_fn
no-scalar RuntimeError grad can be implicitly created only for scalar outputs
grad-shape RuntimeError Mismatch in shape: grad_output[0] has a shape of {} and output[0] has a shape of {}.
no-retain RuntimeError can't retain_grad on Tensor that has requires_grad=False
grad-kind TypeError assigned grad expected to be a Tensor or None but got grad of type {}
grad-size RuntimeError attempting to assign a gradient of size '{}' to a tensor of size '{}'. Please ensure that the
    gradient and the tensor are the same size
grad-dtype RuntimeError attempting to assign a gradient with dtype '{}' to a tensor with dtype '{}'. Please ensure that
    the gradient and the tensor have the same dtype
data-kind TypeError Variable data has to be a tensor, but got {}
data-integers RuntimeError data set to a tensor that requires gradients must be floating point or complex dtype
in-place-shape RuntimeError output with shape {} doesn't match the broadcast shape {}
in-place-dtype RuntimeError result type {} can't be cast to the desired output type {}
assign TypeError can't assign a {} to a {}
negated-bool RuntimeError Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a
    mask, use the `~` or `logical_not()` operator instead.
subtracted-bool RuntimeError Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or
    `logical_xor()` operator instead.
subtracted-mask RuntimeError Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to
    invert a mask, use the `~` or `logical_not()` operator instead.
zero-division RuntimeError ZeroDivisionError
integer-power RuntimeError Integers to negative integer powers are not allowed.
iteration TypeError iteration over a 0-d tensor
len TypeError len() of a 0-d tensor
item RuntimeError a Tensor with {} elements cannot be converted to Scalar
one-element ValueError only one element tensors can be converted to Python scalars
index-element TypeError only integer tensors of a single element can be converted to an index
bool RuntimeError Boolean value of Tensor with {} is ambiguous
mean RuntimeError mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype.
    Got: {}
norm RuntimeError linalg.vector_norm: Expected a floating point or complex tensor as input. Got {}
spread RuntimeError std and var only support floating point and complex dtypes
places RuntimeError {}(): does not support bool input
empty RuntimeError {}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with
    the 'dim' argument.
cat-empty ValueError torch.cat(): expected a non-empty list of Tensors
cat-0d RuntimeError zero-dimensional tensor (at position {}) cannot be concatenated
cat-dims RuntimeError Tensors must have same number of dimensions: got {} and {}
cat-sizes RuntimeError Sizes of tensors must match except in dimension {}. Expected size {} but got size {} for tensor
    number {} in the list.
stack-empty RuntimeError stack expects a non-empty TensorList
stack RuntimeError stack expects each tensor to be equal size, but got {} at entry 0 and {} at entry {}
linear-dtype RuntimeError mat1 and mat2 must have the same dtype, but got {} and {}
argument TypeError {}(): argument 'input' (position 1) must be Tensor, not {}
view RuntimeError view size is not compatible with input tensor's size and stride (at least one dimension spans across
    two contiguous subspaces). Use .reshape(...) instead.
reshape RuntimeError shape '{}' is invalid for input of size {}
broadcast RuntimeError The size of tensor a ({}) must match the size of tensor b ({}) at non-singleton dimension {}
expand-dims RuntimeError expand(torch.{}Tensor{{{}}}, size={}): the number of sizes provided ({}) must be greater or
    equal to the number of dimensions in the tensor ({})
expand RuntimeError The expanded size of the tensor ({}) must match the existing size ({}) at non-singleton dimension
    {}.  Target sizes: {}.  Tensor sizes: {}
axis IndexError Dimension out of range (expected to be in range of [{}, {}], but got {})
product-0d RuntimeError both arguments to matmul need to be at least 1D, but they are {}D and {}D
product-nd RuntimeError this engine multiplies vectors and matrices, not {}D by {}D
product-dot-dtype RuntimeError dot : expected both vectors to have same dtype, but found {} and {}
product-mv-dtype RuntimeError addmv input tensors must have the same dtype, but got {1}, {0}, and {1}
product-mm-dtype RuntimeError expected m1 and m2 to have the same dtype, but got: {} != {}
product-dot RuntimeError inconsistent tensor size, expected tensor [{0}] and src [{1}] to have the same number of
    elements, but got {0} and {1} elements respectively
product-mv RuntimeError size mismatch, got input ({0}), mat ({0}x{1}), vec ({2})
product-mm RuntimeError mat1 and mat2 shapes cannot be multiplied ({}x{} and {}x{})
mm RuntimeError {} must be a matrix
mv RuntimeError vector + matrix @ vector expected, got 1, {1}, {2}
dot RuntimeError 1D tensors expected, but got {1}D and {2}D tensors
index IndexError only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got
    {})
index-dtype IndexError tensors used as indices must be long, int, byte or bool tensors
index-mask IndexError The shape of the mask {} at index {} does not match the shape of the indexed tensor {} at index {}
index-step ValueError step must be greater than zero
index-0d IndexError invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to
    convert a 0-dim tensor to a number
index-many IndexError too many indices for tensor of dimension {}
index-bounds IndexError index {} is out of bounds for dimension {} with size {}
new-type TypeError new(): invalid data type 'str'
new-data TypeError new(): data must be a sequence (got {})
strings ValueError too many dimensions 'str'
no-dtype RuntimeError Could not infer dtype of {}
uneven ValueError expected sequence of length {} at dim {} (got {})
from-numpy TypeError expected np.ndarray (got {})
size TypeError {}(): argument 'size' (position 1) must be tuple of ints, not {}
zeros-negative RuntimeError zeros: Dimension size must be non-negative.
size-negative RuntimeError Trying to create tensor with negative dimension {}: {}
random-range RuntimeError random_ expects 'from' to be less than 'to', but got from={} >= to={}
device RuntimeError this engine runs on the CPU only; there is no device {}
workers ValueError this engine loads in its own process: num_workers=0
optimize-tensor TypeError params argument given to the optimizer should be an iterable of Tensors or dicts, but got
    torch.{}Tensor
optimize-nothing ValueError optimizer got an empty parameter list
optimize-kind TypeError optimizer can only optimize Tensors, but one of the params is {}
optimize-computed ValueError can't optimize a non-leaf Tensor
option ValueError Invalid {}: {}
beta ValueError Invalid beta parameter at index {}: {}
nesterov ValueError Nesterov momentum requires a momentum and zero dampening
no-forward NotImplementedError Module [{}] is missing the required "forward" function
state RuntimeError Error(s) in loading state_dict for {}: {}
other-size ValueError Using a target size ({}) that is different to the input size ({}) is deprecated. Please ensure
    they have the same size.
target-size ValueError Target size ({}) must be the same as input size ({})
probabilities RuntimeError all elements of input should be between 0 and 1
target-dtype RuntimeError expected target dtype to be Long or Byte, but got {}
target-other RuntimeError Found dtype {} but expected {}
target-cast RuntimeError result type {1} can't be cast to the desired output type {0}
one-hot RuntimeError one_hot is only applicable to index tensor of type LongTensor.
target-batch ValueError Expected input batch_size ({}) to match target batch_size ({}).
target-bounds IndexError Target {} is out of bounds.
sizes-of-rows AssertionError Size mismatch between tensors
split ValueError Sum of input lengths does not equal the length of the input dataset!
not-populated UserWarning The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad
    attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a
    non-leaf Tensor, use .retain_grad() on the non-leaf Tensor.
other-sizes UserWarning Using a target size ({}) that is different to the input size ({}). This will likely lead to
    incorrect results due to broadcasting. Please ensure they have the same size.
"""
NAMED = dict(entry.split(" ", 1) for entry in TABLE.strip().replace("\n    ", " ").split("\n"))
TITLES = {"float32": "Float", "float64": "Double", "int64": "Long", "int32": "Int", "bool": "Bool", "uint8": "Byte"}


def title(array: Any) -> str:
    """torch's word for an array's element type in a message: Float, Long, …"""
    return TITLES.get(array.dtype.name, array.dtype.name)


def refusal(name: str, *values: Any) -> Any:
    """The error of that name in the table, with its values."""
    kind, text = NAMED[name].split(" ", 1)
    return getattr(builtins, kind)(text.format(*values))


def refuse(when: Any, name: str, *values: Any) -> None:
    """Raise the error of that name, with its values, where `when` holds."""
    if when:
        raise refusal(name, *values)


def floats(values: Sequence[Any], function: bool | str) -> list[Any]:
    """Integers as floats. Raises `NotImplementedError` where a function of torch's that takes none is named."""
    refuse(function is not True, "no-function", function, title(values[0]))
    return [one.astype("float32") if hasattr(one, "dtype") else one for one in values]


def warn(name: str, *values: Any) -> None:
    """Warn, in the words of the table, at the line outside of this engine that is being run."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("manual.autograd"):
        frame, level = frame.f_back, level + 1
    warnings.warn(refusal(name, *values), stacklevel=level)


def unfit(error: Exception, values: Sequence[Any]) -> Exception:
    """What to say where NumPy could not compute with values: of two shapes, the last axis that does not fit."""
    said = str(error)
    if isinstance(error, IndexError):
        return IndexError(said.replace("for axis", "for dimension"))
    if "not supported for the input types" in said:
        return refusal("no-function", f"{said.split(chr(39))[1]}_cpu", title(values[0]))
    if "boolean" in said:
        return refusal("subtracted-bool" if "subtract" in said else "negated-bool")
    if "matmul" in said:
        return no_product(*values)
    if "broadcast" not in said or len(values) != 2:
        return RuntimeError(error)
    shapes = [getattr(one, "shape", ()) for one in values]
    length = max(map(len, shapes))
    a, b = ((1,) * (length - len(shape)) + shape for shape in shapes)
    axis = max(i for i in range(length) if a[i] != b[i] and 1 not in (a[i], b[i]))
    return refusal("broadcast", a[axis], b[axis], axis)


def unfilled(to: Sequence[int], entries: Any) -> Exception:
    """Entries that cannot be repeated until they fill a shape."""
    to, shape = list(to), list(entries.shape)
    lead = len(to) - len(shape)
    if lead < 0:
        return refusal("expand-dims", title(entries), shape, to, len(to), len(shape))
    axis = max(lead + i for i, length in enumerate(shape) if length not in (1, to[lead + i]))
    return refusal("expand", to[axis], shape[axis - lead], axis, to, shape)


def no_product(left: Any, right: Any) -> Exception:
    """Two arrays that cannot be multiplied as vectors and matrices."""
    dimensions = (left.ndim, right.ndim)
    if 0 in dimensions or max(dimensions) > 2:
        return refusal("product-0d" if 0 in dimensions else "product-nd", *dimensions)
    named = {(1, 1): "product-dot", (2, 1): "product-mv"}.get(dimensions, "product-mm")
    if left.dtype != right.dtype:
        kinds: Sequence[str] = (title(left), title(right))
        if named == "product-mm":  # in the words of C++
            kinds = [{"Long": "long int"}.get(kind, kind.lower()) for kind in kinds]
        return refusal(f"{named}-dtype", *kinds)
    rows = (1, *left.shape) if named == "product-mm" and left.ndim == 1 else left.shape
    return refusal(named, *rows, *right.shape)


def chosen(owner: str, defaults: dict[str, Any], given: Sequence[Any], named: dict[str, Any]) -> dict[str, Any]:
    """A class's options as they were given, by place or by name, over its defaults. Raises `TypeError` for others."""
    for option in named.keys() - defaults.keys():
        raise TypeError(f"{owner}.__init__() got an unexpected keyword argument '{option}'")
    return defaults | dict(zip(defaults, given, strict=False)) | named


def absent(name: str, there: Sequence[str], owner: str = "torch") -> NoReturn:
    """Say of a name that this engine does not have the nearest that it has, or all of them."""
    near = get_close_matches(name, there, n=3, cutoff=0.7)
    has = f"did you mean {', '.join(near)}?" if near else f"it has {', '.join(there)}"
    raise AttributeError(f"{owner}.{name} is not in this engine; {has}")
