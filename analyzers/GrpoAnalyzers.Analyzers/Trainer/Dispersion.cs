using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A measure of spread: a standard deviation, the root of a variance, a norm, in whichever way it is written.</summary>
/// <param name="At">The node that computes it.</param>
/// <param name="Of">What it is the spread of.</param>
/// <param name="Axes">The axes it runs over.</param>
internal sealed record Dispersion(Node At, Node Of, Axes Axes)
{
    private static readonly Axes ByGroup = new([-1], keep: false, known: true);

    /// <summary>The dispersion that a divisor is, behind floors, epsilons and guards against zero; null when it is none.</summary>
    public static Dispersion? Find(Node divisor) => Find(divisor, 16);

    private static Dispersion? Find(Node divisor, int depth)
    {
        if (depth == 0)
        {
            return null;
        }

        var node = Shape.Base(divisor);
        switch (node.Op)
        {
            case Op.Std:
                return new Dispersion(node, node[0], node.Axes);
            case Op.Norm:
                return new Dispersion(node, node[0], node.Axes);
            case Op.Sqrt:
                return SecondMoment(node[0], depth - 1) is { } moment ? new Dispersion(node, moment.Of, moment.Axes) : null;
            case Op.Clamp:
                return Find(node[0], depth - 1);
            case Op.Div when node[1].IsScalar || Canonical.IsPlainNumber(node[1]):
                // A norm over the root of the count.
                return Find(node[0], depth - 1);
            case Op.Add or Op.Max:
                return Find(node[0], depth - 1) ?? Find(node[1], depth - 1);
            case Op.Where:
                return Find(node[1], depth - 1) ?? Find(node[2], depth - 1);
            case Op.Mul or Op.Concatenate or Op.Phi or Op.Group or Op.Write or Op.LoopPhi:
                foreach (var input in node.Inputs)
                {
                    if (!ReferenceEquals(input, node) && Find(input, depth - 1) is { } found)
                    {
                        return found;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    /// <summary>A mean of squares: a variance, or a second moment less the square of the mean.</summary>
    private static (Node Of, Axes Axes)? SecondMoment(Node value, int depth)
    {
        if (depth <= 0)
        {
            return null;
        }

        var node = Shape.Base(value);
        switch (node.Op)
        {
            case Op.Var:
                return (node[0], node.Axes);
            case Op.Sum or Op.Mean:
                return Squared(node[0], depth - 1) is { } squared ? (squared, node.Axes) : null;
            case Op.Div:
                return SecondMoment(node[0], depth - 1);
            case Op.Clamp:
                return SecondMoment(node[0], depth - 1);
            case Op.Add or Op.Max:
                return SecondMoment(node[0], depth - 1) ?? SecondMoment(node[1], depth - 1) ?? RunningSum(node, depth - 1);
            case Op.Sub:
                return SecondMoment(node[0], depth - 1);
            case Op.Where:
                return SecondMoment(node[1], depth - 1) ?? SecondMoment(node[2], depth - 1);
            case Op.LoopPhi when node.Inputs.Length > 1:
                return Accumulation.AddendOf(node) is { } addend && Squared(addend, depth - 1) is { } summed ? (summed, Axes.All) : null;
            case Op.IndexAdd:
                // Summed by group: over an axis that is none of the tensor's.
                foreach (var input in node.Inputs)
                {
                    if (Squared(input, depth - 1) is { } summand)
                    {
                        return (summand, ByGroup);
                    }
                }

                return null;
            case Op.Phi or Op.Group:
                foreach (var input in node.Inputs)
                {
                    if (SecondMoment(input, depth - 1) is { } found)
                    {
                        return found;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    /// <summary>A square added to what a member of an object holds of those before.</summary>
    private static (Node Of, Axes Axes)? RunningSum(Node sum, int depth)
    {
        if (sum.Op != Op.Add)
        {
            return null;
        }

        for (var side = 0; side < 2; side++)
        {
            if (Shape.Base(sum[1 - side]).Op is Op.Phi or Op.Group or Op.LoopPhi or Op.Input && Squared(sum[side], depth) is { } squared)
            {
                return (squared, Axes.All);
            }
        }

        return null;
    }

    private static Node? Squared(Node value, int depth)
    {
        var node = Shape.Base(value);
        return node.Op switch
        {
            Op.Pow when Constants.IsNumber(node[1], 2) => node[0],
            // Welford: the deviation from the mean before times that from the mean after.
            Op.Mul when depth > 0 => Squared(node[0], depth - 1) ?? Squared(node[1], depth - 1) ?? Welford(node),
            Op.Where when depth > 0 => Squared(node[1], depth - 1) ?? Squared(node[2], depth - 1),
            Op.Div when depth > 0 && (node[1].IsScalar || Canonical.IsPlainNumber(node[1])) => Squared(node[0], depth - 1),
            _ => null,
        };
    }

    private static Node? Welford(Node product)
    {
        var left = Shape.Base(product[0]);
        var right = Shape.Base(product[1]);
        return left.Op == Op.Sub && right.Op == Op.Sub && Shape.SameValue(left[0], right[0]) ? left[0] : null;
    }
}
