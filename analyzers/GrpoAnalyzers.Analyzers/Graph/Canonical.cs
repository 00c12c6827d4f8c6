namespace GrpoAnalyzers.Graph;

/// <summary>Rewrites that bring the spellings of one formula into one form. Each is an identity of real numbers.</summary>
internal static class Canonical
{
    /// <summary>The node in canonical form, or null when the operation stands as it is.</summary>
    public static Node? Rewrite(TensorGraph graph, Op op, Site site, Loop? loop, object? data, Node[] inputs)
    {
        if (Folded(graph, op, site, loop, data, inputs) is { } constant)
        {
            return constant;
        }

        Node New(Op result, params Node[] operands) => graph.Make(result, site, loop, null, operands);

        return op switch
        {
            Op.Neg => Negation(graph, inputs[0], New),
            Op.Add => Sum(inputs[0], inputs[1], New),
            Op.Sub => Difference(inputs[0], inputs[1], New),
            Op.Mul => Product(graph, inputs[0], inputs[1], site, loop, New),
            Op.Div => Quotient(inputs[0], inputs[1], New),
            Op.Pow => Power(graph, inputs[0], inputs[1], site, loop, New),
            Op.Min or Op.Max => Extremum(graph, op, inputs[0], inputs[1], site, loop, New),
            Op.ReduceMin or Op.ReduceMax => OfStack(op, data, inputs[0], New),
            Op.Clamp => Clamp(graph, inputs, site, loop),
            Op.Where => Choice(graph, inputs[0], inputs[1], inputs[2], site, loop),
            Op.Not when inputs[0].Op == Op.Not => inputs[0][0],
            Op.Not when inputs[0].Op == Op.Compare =>
                graph.Make(Op.Compare, site, loop, Opposite((Comparison)inputs[0].Data!), inputs[0].Inputs),
            Op.Convert when inputs[0].Op is Op.Convert or Op.Constant => inputs[0],
            _ => null,
        };
    }

    /// <summary>What a stack of tensors along an axis is called.</summary>
    public static string Stack(long dim) => dim == 0 ? "stack" : $"stack {dim}";

    /// <summary>The smallest along the axis on which two tensors were stacked is the smaller of the two.</summary>
    private static Node? OfStack(Op op, object? data, Node stack, Func<Op, Node[], Node> make) =>
        data is Axes { Known: true, Dims: { Length: 1 } dims } && stack is { Op: Op.Concatenate, Inputs.Length: 2, Data: string name } && name == Stack(dims[0])
            ? make(op == Op.ReduceMin ? Op.Min : Op.Max, [stack[0], stack[1]])
            : null;

    /// <summary>Whether a node is a number that does not depend on the data: a bound, a coefficient, an epsilon.</summary>
    public static bool IsPlainNumber(Node node) => node.Op is Op.Constant or Op.Setting
        || (node.Op is Op.Input && node.IsScalar && node.Inputs.All(owner => owner.Op is Op.Input or Op.Setting or Op.Object && owner.Inputs.Length == 0))
        || (node.Op is Op.Add or Op.Sub or Op.Mul or Op.Div or Op.Neg or Op.Convert && node.Inputs.All(IsPlainNumber));

    private static Node? Folded(TensorGraph graph, Op op, Site site, Loop? loop, object? data, Node[] inputs)
    {
        if (inputs.Length is 0 or > 2)
        {
            return null;
        }

        var operands = new object?[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Op != Op.Constant || Constants.IsNone(inputs[i]))
            {
                return null;
            }

            operands[i] = inputs[i].Data;
        }

        return Constants.Fold(op, data, operands) is { } value ? graph.Constant(value, site, loop) : null;
    }

    private static Node? Negation(TensorGraph graph, Node value, Func<Op, Node[], Node> make)
    {
        return value.Op switch
        {
            Op.Neg => value[0],
            Op.Sub => make(Op.Sub, [value[1], value[0]]),
            Op.Clamp when value[0].Op == Op.Neg => make(Op.Clamp, [value[0][0], Mirrored(value[2]), Mirrored(value[1])]),
            _ => null,
        };

        // A bound that is not there is not there on the other side either.
        Node Mirrored(Node bound) => Constants.IsNone(bound) ? graph.None : make(Op.Neg, [bound]);
    }

    private static Node? Sum(Node left, Node right, Func<Op, Node[], Node> make)
    {
        if (Constants.IsNumber(right, 0))
        {
            return left;
        }

        if (Constants.IsNumber(left, 0))
        {
            return right;
        }

        if (right.Op == Op.Neg)
        {
            return make(Op.Sub, [left, right[0]]);
        }

        if (left.Op == Op.Neg)
        {
            return make(Op.Sub, [right, left[0]]);
        }

        // The negative of a log-probability that is a logit less its normaliser: x + (lse - z) is x - (z - lse).
        return IsNegatedLogit(right) ? make(Op.Sub, [left, make(Op.Sub, [right[1], right[0]])])
            : IsNegatedLogit(left) ? make(Op.Sub, [right, make(Op.Sub, [left[1], left[0]])])
            : null;
    }

    private static bool IsNegatedLogit(Node node) =>
        node.Op == Op.Sub && Unviewed(node[0]).Op == Op.LogSumExp && Unviewed(node[1]).Op == Op.Gather;

    private static Node Unviewed(Node node)
    {
        while (node.Op is Op.View or Op.Unsqueeze)
        {
            node = node[0];
        }

        return node;
    }

    private static Node? Difference(Node left, Node right, Func<Op, Node[], Node> make)
    {
        if (Constants.IsNumber(right, 0))
        {
            return left;
        }

        if (right.Op == Op.Neg)
        {
            return make(Op.Add, [left, right[0]]);
        }

        if (right.Op == Op.Constant && right.Data is double number && number < 0)
        {
            return null;
        }

        return Constants.IsNumber(left, 0) ? make(Op.Neg, [right]) : null;
    }

    private static Node? Product(TensorGraph graph, Node left, Node right, Site site, Loop? loop, Func<Op, Node[], Node> make)
    {
        if (Constants.IsNumber(left, 1))
        {
            return right;
        }

        if (Constants.IsNumber(right, 1))
        {
            return left;
        }

        if (Constants.IsNumber(left, -1))
        {
            return make(Op.Neg, [right]);
        }

        if (Constants.IsNumber(right, -1))
        {
            return make(Op.Neg, [left]);
        }

        if (left.Op == Op.Neg)
        {
            return make(Op.Neg, [make(Op.Mul, [left[0], right])]);
        }

        if (right.Op == Op.Neg)
        {
            return make(Op.Neg, [make(Op.Mul, [left, right[0]])]);
        }

        if (right.Op == Op.Div && Constants.IsNumber(right[0], 1))
        {
            return make(Op.Div, [left, right[1]]);
        }

        if (left.Op == Op.Div && Constants.IsNumber(left[0], 1))
        {
            return make(Op.Div, [right, left[1]]);
        }

        return left.Number == right.Number ? make(Op.Pow, [left, graph.Constant(2.0, site, loop)]) : null;
    }

    private static Node? Quotient(Node left, Node right, Func<Op, Node[], Node> make)
    {
        if (Constants.IsNumber(right, 1))
        {
            return left;
        }

        if (left.Op == Op.Neg)
        {
            return make(Op.Neg, [make(Op.Div, [left[0], right])]);
        }

        if (right.Op == Op.Div && Constants.IsNumber(right[0], 1))
        {
            return make(Op.Mul, [left, right[1]]);
        }

        // A ratio of probabilities is the exponential of a difference of log-probabilities.
        return left.Op == Op.Exp && right.Op == Op.Exp ? make(Op.Exp, [make(Op.Sub, [left[0], right[0]])]) : null;
    }

    private static Node? Power(TensorGraph graph, Node value, Node exponent, Site site, Loop? loop, Func<Op, Node[], Node> make)
    {
        if (exponent.Op != Op.Constant || exponent.Data is not double number)
        {
            return null;
        }

        Node One() => graph.Constant(1.0, site, loop);
        return number switch
        {
            1 => value,
            -1 => make(Op.Div, [One(), value]),
            0.5 => make(Op.Sqrt, [value]),
            -0.5 => make(Op.Div, [One(), make(Op.Sqrt, [value])]),
            _ => null,
        };
    }

    private static Node? Extremum(
        TensorGraph graph, Op op, Node left, Node right, Site site, Loop? loop, Func<Op, Node[], Node> make)
    {
        if (left.Op == Op.Neg && right.Op == Op.Neg)
        {
            return make(Op.Neg, [make(op == Op.Min ? Op.Max : Op.Min, [left[0], right[0]])]);
        }

        var (value, bound) = IsPlainNumber(left) ? (right, left) : (left, right);
        if (!IsPlainNumber(bound) || IsPlainNumber(value))
        {
            return null;
        }

        return op == Op.Min
            ? graph.Make(Op.Clamp, site, loop, value, graph.None, bound)
            : graph.Make(Op.Clamp, site, loop, value, bound, graph.None);
    }

    private static Node? Clamp(TensorGraph graph, Node[] inputs, Site site, Loop? loop)
    {
        var (value, low, high) = (inputs[0], inputs[1], inputs[2]);
        if (Constants.IsNone(low) && Constants.IsNone(high))
        {
            return value;
        }

        if (value.Op != Op.Clamp)
        {
            return null;
        }

        if (Constants.IsNone(low) && Constants.IsNone(value[2]))
        {
            return graph.Make(Op.Clamp, site, loop, value[0], value[1], high);
        }

        return Constants.IsNone(high) && Constants.IsNone(value[1]) ? graph.Make(Op.Clamp, site, loop, value[0], low, value[2]) : null;
    }

    private static Node? Choice(TensorGraph graph, Node condition, Node yes, Node no, Site site, Loop? loop)
    {
        if (yes.Number == no.Number)
        {
            return yes;
        }

        if (condition.Op == Op.Not)
        {
            return graph.Make(Op.Where, site, loop, condition[0], no, yes);
        }

        if (Constants.IsNumber(no, 0))
        {
            return graph.Make(Op.Mul, site, loop, yes, condition);
        }

        if (Constants.IsNumber(yes, 0))
        {
            return graph.Make(Op.Mul, site, loop, no, graph.Make(Op.Not, site, loop, condition));
        }

        return Extremum(graph, condition, yes, no, site, loop)
            ?? (yes.Op == Op.Neg && no.Op == Op.Neg
                ? graph.Make(Op.Neg, site, loop, graph.Make(Op.Where, site, loop, condition, yes[0], no[0]))
                : null);
    }

    /// <summary>The smaller or the larger of two values, chosen by comparing them.</summary>
    private static Node? Extremum(TensorGraph graph, Node condition, Node yes, Node no, Site site, Loop? loop)
    {
        if (condition.Op != Op.Compare)
        {
            return null;
        }

        var (left, right) = (condition[0], condition[1]);
        var less = (Comparison)condition.Data! is Comparison.Less or Comparison.LessOrEqual;
        var greater = (Comparison)condition.Data! is Comparison.Greater or Comparison.GreaterOrEqual;
        if (!less && !greater)
        {
            return null;
        }

        if (left.Number == yes.Number && right.Number == no.Number)
        {
            return graph.Make(less ? Op.Min : Op.Max, site, loop, yes, no);
        }

        return left.Number == no.Number && right.Number == yes.Number
            ? graph.Make(less ? Op.Max : Op.Min, site, loop, no, yes)
            : null;
    }

    private static Comparison Opposite(Comparison comparison) => comparison switch
    {
        Comparison.Less => Comparison.GreaterOrEqual,
        Comparison.LessOrEqual => Comparison.Greater,
        Comparison.Greater => Comparison.LessOrEqual,
        Comparison.GreaterOrEqual => Comparison.Less,
        Comparison.Equal => Comparison.NotEqual,
        _ => Comparison.Equal,
    };
}
