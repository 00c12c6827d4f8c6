using System.Globalization;

namespace GrpoAnalyzers.Graph;

/// <summary>A value that is known, and whether it is only the default of something that can be set.</summary>
internal readonly struct Known(object? value, bool isDefault)
{
    public object? Value { get; } = value;

    /// <summary>True when an option or argument may still change it.</summary>
    public bool IsDefault { get; } = isDefault;

    public double? Number => Value is double number ? number : null;

    public bool? Truth => Value is bool truth ? truth : null;
}

/// <summary>What is known of values: constants, and the defaults of options.</summary>
internal static class Constants
{
    private const int MaximumDepth = 24;

    /// <summary>All numbers are doubles here; characters, strings, truth values and null stay what they are.</summary>
    public static object? Normalise(object? value) => value switch
    {
        null or bool or string or char or double or TensorGraph.NoValue => value,
        IConvertible number => number.ToDouble(CultureInfo.InvariantCulture),
        _ => value,
    };

    /// <summary>The value of a node where it is known, through the defaults of options.</summary>
    public static Known? Of(Node node) => Of(node, MaximumDepth);

    public static double? NumberOf(Node node) => Of(node)?.Number;

    public static bool IsNumber(Node node, double number) => node.Op == Op.Constant && node.Data is double value && value.Equals(number);

    public static bool IsNone(Node node) => node.Data is TensorGraph.NoValue;

    /// <summary>Computes an operation on numbers; null where it has no value.</summary>
    public static object? Fold(Op op, object? data, object?[] operands)
    {
        if (op == Op.Compare && operands.Length == 2)
        {
            return FoldComparison((Comparison)data!, operands[0], operands[1]);
        }

        if (op == Op.Not && operands[0] is bool truth)
        {
            return !truth;
        }

        if (op is Op.And or Op.Or && operands[0] is bool first && operands[1] is bool second)
        {
            return op == Op.And ? first && second : first || second;
        }

        if (operands.Length == 1 && operands[0] is double x)
        {
            return op switch
            {
                Op.Neg => -x,
                Op.Sqrt => Math.Sqrt(x),
                Op.Exp => Math.Exp(x),
                Op.Log => Math.Log(x),
                Op.Abs => Math.Abs(x),
                _ => null,
            };
        }

        if (operands.Length == 2 && operands[0] is double left && operands[1] is double right)
        {
            return op switch
            {
                Op.Add => left + right,
                Op.Sub => left - right,
                Op.Mul => left * right,
                Op.Div => left / right,
                Op.Pow => Math.Pow(left, right),
                Op.Min => Math.Min(left, right),
                Op.Max => Math.Max(left, right),
                _ => null,
            };
        }

        return null;
    }

    private static Known? Of(Node node, int depth)
    {
        if (depth == 0)
        {
            return null;
        }

        switch (node.Op)
        {
            case Op.Constant:
                return node.Data is TensorGraph.NoValue ? null : new Known(node.Data, isDefault: false);
            case Op.Setting:
                return Of(node[0], depth - 1) is { } known ? new Known(known.Value, isDefault: true) : null;
            case Op.Convert or Op.Detach or Op.View or Op.Item:
                return Of(node[0], depth - 1);
            case Op.Phi when node.Inputs.Length > 0:
                return OfPhi(node, depth);
            case Op.Add or Op.Sub or Op.Mul or Op.Div or Op.Neg or Op.Pow or Op.Sqrt or Op.Exp or Op.Log or Op.Abs or Op.Min or Op.Max
                or Op.Compare or Op.Not or Op.And or Op.Or:
                return OfOperation(node, depth);
            default:
                return null;
        }
    }

    private static Known? OfPhi(Node node, int depth)
    {
        if (Of(node[0], depth - 1) is not { } first)
        {
            return null;
        }

        for (var i = 1; i < node.Inputs.Length; i++)
        {
            if (Of(node[i], depth - 1) is not { } other || !Equals(first.Value, other.Value))
            {
                return null;
            }
        }

        return first;
    }

    private static Known? OfOperation(Node node, int depth)
    {
        var operands = new object?[node.Inputs.Length];
        var isDefault = false;
        for (var i = 0; i < operands.Length; i++)
        {
            if (Of(node[i], depth - 1) is not { } operand)
            {
                return ShortCircuit(node, depth);
            }

            operands[i] = operand.Value;
            isDefault |= operand.IsDefault;
        }

        // The comparison with null is known even where a number is not.
        return Fold(node.Op, node.Data, operands) is { } value ? new Known(value, isDefault) : null;
    }

    /// <summary>False and anything is false; true or anything is true.</summary>
    private static Known? ShortCircuit(Node node, int depth)
    {
        if (node.Op is not (Op.And or Op.Or))
        {
            return null;
        }

        foreach (var input in node.Inputs)
        {
            if (Of(input, depth - 1) is { Truth: { } truth } known && truth == (node.Op == Op.Or))
            {
                return known;
            }
        }

        return null;
    }

    private static object? FoldComparison(Comparison comparison, object? left, object? right)
    {
        if (comparison is Comparison.Equal or Comparison.NotEqual)
        {
            return Equals(left, right) == (comparison == Comparison.Equal);
        }

        if (left is not double x || right is not double y)
        {
            return null;
        }

        return comparison switch
        {
            Comparison.Less => x < y,
            Comparison.LessOrEqual => x <= y,
            Comparison.Greater => x > y,
            _ => x >= y,
        };
    }
}
