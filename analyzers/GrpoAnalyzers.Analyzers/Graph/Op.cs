namespace GrpoAnalyzers.Graph;

/// <summary>
/// The canonical operations of the graph. Many spellings of the source (<c>a / b</c>, <c>a.div(b)</c>, <c>a * b.reciprocal()</c>) are one
/// operation here; tensors, C# numbers and the elements of arrays share the same operations.
/// </summary>
internal enum Op
{
    // Leaves
    Constant,
    Input,
    Setting,
    Opaque,
    Random,
    Range,

    // Choices
    Phi,
    LoopPhi,

    // Arithmetic, element by element
    Add,
    Sub,
    Mul,
    Div,
    Neg,
    Pow,
    Sqrt,
    Exp,
    Log,
    Abs,
    Sign,
    Min,
    Max,
    Clamp,
    Sigmoid,
    LogSigmoid,
    Tanh,
    Unary,

    // Truth
    Compare,
    Not,
    And,
    Or,
    Where,
    FiniteTest,

    // Reductions
    Sum,
    Mean,
    Std,
    Var,
    Norm,
    ReduceMin,
    ReduceMax,
    LogSumExp,
    Product,
    Count,
    Quantile,

    // Along an axis, shape kept
    Softmax,
    LogSoftmax,
    CumSum,
    Normalise,

    /// <summary>The bounds of a slice.</summary>
    Bounds,

    // The same values in another shape, order, type, place or selection
    View,
    Unsqueeze,
    Detach,
    Select,
    Gather,
    Element,
    Stored,
    Concatenate,
    Convert,
    Item,

    // Sums into slots
    IndexAdd,
    BinCount,

    // Models, distributions and supervised losses
    Forward,
    LogProb,
    Entropy,
    CrossEntropy,
    SquaredError,
    MatMul,

    // C# values that are no numbers
    Object,
    Container,
    Contents,
    Write,
    Tuple,
    Delegate,
    Enumerator,
    Optimizer,
    NoGrad,
    Distribution,
    Group,
}
