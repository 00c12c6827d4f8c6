using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>A weight made of a ratio, through clamps, masks and stopped gradients.</summary>
internal static class ImportanceReading
{
    /// <summary>The ratio in a weight; null when it is none.</summary>
    public static Node? RatioIn(Node weight, int depth = 12)
    {
        var node = Shape.Base(weight);
        if (depth == 0)
        {
            return null;
        }

        switch (node.Op)
        {
            case Op.Exp:
                return PolicyPatterns.IsRatio(node) && IsPlain(node) ? node : null;
            case Op.Clamp:
                return RatioIn(node[0], depth - 1);
            case Op.Mul:
                return RatioIn(node[0], depth - 1) ?? RatioIn(node[1], depth - 1);
            case Op.Where:
                return RatioIn(node[1], depth - 1) ?? RatioIn(node[2], depth - 1);
            default:
                return null;
        }
    }

    /// <summary>Whether the exponent is a log-ratio and no function of one.</summary>
    private static bool IsPlain(Node ratio) =>
        PolicyPatterns.Sides(ratio) is not var (now, before)
        || !new[] { now, before }.Any(side => Shape.Contains(side, node => node.Op == Op.Exp, node => node.Op is Op.Forward or Op.LogSoftmax or Op.Softmax));

    /// <summary>The clamp around the ratio in a weight.</summary>
    public static Node? ClampIn(Node weight, int depth = 12)
    {
        var node = Shape.Base(weight);
        if (depth == 0)
        {
            return null;
        }

        return node.Op switch
        {
            Op.Clamp when RatioIn(node[0]) is not null => node,
            Op.Mul => ClampIn(node[0], depth - 1) ?? ClampIn(node[1], depth - 1),
            Op.Where => ClampIn(node[1], depth - 1) ?? ClampIn(node[2], depth - 1),
            _ => null,
        };
    }
}
