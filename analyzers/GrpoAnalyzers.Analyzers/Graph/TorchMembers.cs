namespace GrpoAnalyzers.Graph;

/// <summary>How the operands of a TorchSharp member become those of its canonical operation.</summary>
internal enum TorchForm
{
    /// <summary>One operand: itself.</summary>
    Unary,

    /// <summary>Two operands.</summary>
    Binary,

    /// <summary>A comparison; which one is in the table.</summary>
    Comparison,

    /// <summary>A reduction with dimensions, keepdim and the like.</summary>
    Reduction,

    /// <summary>The operation keeps the values: another shape, type or place of its first operand.</summary>
    View,

    /// <summary>The operation takes elements of its first operand, as the others say.</summary>
    Selection,

    /// <summary>A value unlike any other on each call.</summary>
    Random,

    /// <summary>A tensor of one constant.</summary>
    Filled,

    /// <summary>A formula of its own, in <see cref="Reading.Reader"/>.</summary>
    Special,
}

/// <summary>One entry of the table.</summary>
internal readonly struct TorchMember(TorchForm form, Op op, object? data = null)
{
    public TorchForm Form { get; } = form;

    public Op Op { get; } = op;

    /// <summary>The comparison, or the constant with which a tensor is filled.</summary>
    public object? Data { get; } = data;
}

/// <summary>
/// The table from TorchSharp's members to canonical operations, by name: static functions, methods of tensors and their in-place forms
/// (with <c>_</c>) share an entry. What is not in it is opaque.
/// </summary>
internal static class TorchMembers
{
    public static IReadOnlyDictionary<string, TorchMember> Table { get; } = Build();

    /// <summary>The entry of a member, for an in-place form that of the operation it does in place.</summary>
    public static TorchMember? Find(string name, out bool inPlace)
    {
        inPlace = name.Length > 1 && name[name.Length - 1] == '_' && name != "detach_" && name != "requires_grad_";
        return Table.TryGetValue(inPlace ? name.Substring(0, name.Length - 1) : name, out var member) || Table.TryGetValue(name, out member) ? member : null;
    }

    private static Dictionary<string, TorchMember> Build()
    {
        var table = new Dictionary<string, TorchMember>(StringComparer.Ordinal);
        Add(TorchForm.Unary, Op.Neg, "neg", "negative");
        Add(TorchForm.Unary, Op.Exp, "exp");
        Add(TorchForm.Unary, Op.Log, "log", "log2", "log10");
        Add(TorchForm.Unary, Op.Sqrt, "sqrt");
        Add(TorchForm.Unary, Op.Abs, "abs", "absolute");
        Add(TorchForm.Unary, Op.Sign, "sign", "sgn");
        Add(TorchForm.Unary, Op.Sigmoid, "sigmoid", "expit");
        Add(TorchForm.Unary, Op.LogSigmoid, "logsigmoid", "log_sigmoid");
        Add(TorchForm.Unary, Op.Tanh, "tanh");
        Add(TorchForm.Unary, Op.Not, "logical_not", "bitwise_not");
        Add(TorchForm.Unary, Op.FiniteTest, "isnan", "isfinite", "isinf", "isposinf", "isneginf");
        Add(
            TorchForm.Unary, Op.Unary, "erf", "erfc", "erfinv", "softplus", "gelu", "silu", "leaky_relu", "elu", "selu", "hardtanh",
            "sin", "cos", "tan", "round", "floor", "ceil", "trunc", "frac", "lgamma", "digamma", "logit", "celu", "relu6", "hardswish",
            "triu", "tril", "diag", "inverse", "cumprod", "one_hot", "glu", "logcumsumexp", "diff", "acos", "arccos", "acosh", "arccosh", "asin", "arcsin",
            "asinh", "arcsinh", "atan", "arctan", "atanh", "arctanh", "sinh", "cosh", "sinc", "exp2", "fix", "i0", "mvlgamma", "hardsigmoid", "deg2rad", "rad2deg",
            "signbit", "threshold", "rrelu", "prelu");
        Add(TorchForm.Binary, Op.Add, "add");
        Add(TorchForm.Binary, Op.Sub, "sub", "subtract");
        Add(TorchForm.Binary, Op.Mul, "mul", "multiply");
        Add(TorchForm.Binary, Op.Div, "div", "divide", "true_divide");
        Add(TorchForm.Binary, Op.Pow, "pow", "float_power");
        Add(TorchForm.Binary, Op.Min, "minimum", "fmin");
        Add(TorchForm.Binary, Op.Max, "maximum", "fmax");
        Add(TorchForm.Binary, Op.And, "logical_and", "bitwise_and");
        Add(TorchForm.Binary, Op.Or, "logical_or", "bitwise_or");
        Add(TorchForm.Binary, Op.MatMul, "matmul", "mm", "mv");
        Add(
            TorchForm.Binary, Op.Unary, "remainder", "fmod", "floor_divide", "logical_xor", "bitwise_xor", "atan2", "xlogy", "cosine_similarity", "outer",
            "arctan2", "copysign", "heaviside", "hypot", "ldexp", "logaddexp", "logaddexp2", "nextafter", "polygamma", "igamma", "igammac");
        Compare(Comparison.Less, "lt", "less");
        Compare(Comparison.LessOrEqual, "le", "less_equal");
        Compare(Comparison.Greater, "gt", "greater");
        Compare(Comparison.GreaterOrEqual, "ge", "greater_equal");
        Compare(Comparison.Equal, "eq");
        Compare(Comparison.NotEqual, "ne", "not_equal");
        Add(TorchForm.Reduction, Op.Sum, "sum", "nansum", "count_nonzero");
        Add(TorchForm.Reduction, Op.Mean, "mean", "nanmean");
        Add(TorchForm.Reduction, Op.Std, "std");
        Add(TorchForm.Reduction, Op.Var, "var");
        Add(TorchForm.Reduction, Op.Norm, "norm", "vector_norm");
        Add(TorchForm.Reduction, Op.LogSumExp, "logsumexp");
        Add(TorchForm.Reduction, Op.Product, "prod");
        Add(TorchForm.Reduction, Op.Quantile, "median", "nanmedian", "quantile", "nanquantile", "mode", "kthvalue");
        Add(TorchForm.Reduction, Op.ReduceMin, "amin", "all");
        Add(TorchForm.Reduction, Op.ReduceMax, "amax", "any");
        Add(TorchForm.Reduction, Op.Softmax, "softmax");
        Add(TorchForm.Reduction, Op.LogSoftmax, "log_softmax");
        Add(TorchForm.Reduction, Op.CumSum, "cumsum");
        Add(TorchForm.Reduction, Op.Normalise, "normalize");
        Add(TorchForm.Reduction, Op.Opaque, "argmax", "argmin");
        Add(
            TorchForm.View, Op.View, "view", "reshape", "flatten", "unflatten", "ravel", "squeeze", "expand", "expand_as", "broadcast_to", "contiguous",
            "clone", "alias", "t", "transpose", "permute", "swapaxes", "swapdims", "movedim", "view_as", "repeat",
            "repeat_interleave", "tile", "flip", "roll", "requires_grad_", "nan_to_num", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope",
            "DetachFromDisposeScope", "to_dense", "positive", "with_requires_grad", "dropout", "broadcast_tensors",
            "atleast_1d", "atleast_2d", "atleast_3d", "moveaxis", "adjoint", "pad", "fliplr", "flipud", "rot90");
        Add(
            TorchForm.View, Op.Convert, "to", "to_type", "cpu", "cuda", "type_as", "type", "float", "double", "long",
            "int", "bool", "half", "bfloat16", "short", "byte", "char", "pin_memory");
        Add(TorchForm.View, Op.Detach, "detach", "detach_");
        Add(TorchForm.View, Op.Unsqueeze, "unsqueeze");
        Add(TorchForm.View, Op.Item, "item", "ToSingle", "ToDouble", "ToInt32", "ToInt64", "ToScalar", "ToBoolean", "ToHalf", "ToByte", "ToInt16");
        Add(
            TorchForm.Selection, Op.Select, "index_select", "select", "narrow", "slice", "masked_select", "take", "index", "topk", "sort", "argsort",
            "take_along_dim", "diagonal", "as_strided", "unfold", "select_scatter", "slice_scatter");
        Add(TorchForm.Selection, Op.Gather, "gather");
        Add(
            TorchForm.Random, Op.Random, "rand", "randn", "randint", "randperm", "rand_like", "randn_like", "randint_like", "multinomial", "bernoulli",
            "normal", "uniform_", "normal_", "exponential_", "random_", "bernoulli_", "poisson");
        Fill(0.0, "zeros", "zeros_like", "new_zeros", "zero");
        Fill(1.0, "ones", "ones_like", "new_ones");
        Add(
            TorchForm.Special, Op.Opaque, "expm1", "log1p", "square", "rsqrt", "reciprocal", "relu", "clamp", "clip", "clamp_min", "clamp_max", "min", "max",
            "where", "masked_fill", "addcmul", "addcdiv", "lerp", "dot", "vdot", "inner", "bmm", "einsum", "std_mean", "var_mean", "cat", "concat", "concatenate",
            "stack", "hstack", "vstack", "dstack", "split", "chunk", "unbind", "tensor", "from_array", "as_tensor", "frombuffer", "arange", "linspace",
            "full", "full_like", "new_full", "fill", "empty", "empty_like", "new_empty", "copy", "index_add", "scatter_add", "scatter", "index_put", "index_copy",
            "masked_scatter", "bincount", "numel", "size", "dim", "cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "kl_div",
            "binary_cross_entropy", "binary_cross_entropy_with_logits", "layer_norm", "backward", "step", "zero_grad", "no_grad", "inference_mode",
            "enable_grad", "set_grad_enabled", "load_state_dict", "load", "call", "forward", "log_prob", "entropy", "sample", "rsample", "grad",
            "NewDisposeScope", "WrappedTensorDisposeScope", "data", "triu_indices", "eye", "linear", "baddbmm", "addmm", "Dispose", "parameters",
            "clip_grad_norm_", "clip_grad_value_", "Parameter");
        return table;

        void Add(TorchForm form, Op op, params string[] names)
        {
            foreach (var name in names)
            {
                table[name] = new TorchMember(form, op);
            }
        }

        void Compare(Comparison comparison, params string[] names)
        {
            foreach (var name in names)
            {
                table[name] = new TorchMember(TorchForm.Comparison, Op.Compare, comparison);
            }
        }

        void Fill(double value, params string[] names)
        {
            foreach (var name in names)
            {
                table[name] = new TorchMember(TorchForm.Filled, Op.Constant, value);
            }
        }
    }
}
