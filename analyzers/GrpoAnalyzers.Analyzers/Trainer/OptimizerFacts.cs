using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Graph.Reading;

namespace GrpoAnalyzers.Trainer;

/// <summary>What is known of an optimiser: its kind and constants.</summary>
internal sealed record OptimizerFacts(string Kind, double? Beta1, double? Beta2, double? Epsilon)
{
    private static readonly HashSet<string> AdamKinds = new(StringComparer.Ordinal) { "Adam", "AdamW", "NAdam", "RAdam", "Adamax" };

    /// <summary>Whether the optimiser divides by the root of a running mean of squares, so that a gradient's scale does not matter.</summary>
    public bool IsAdamFamily { get; init; }

    /// <summary>The decay of the weights; null where it is not known.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>The momentum of plain gradient descent; null where it is not known.</summary>
    public double? Momentum { get; init; }

    /// <summary>The optimisers that a node can be; empty when none was seen to be made.</summary>
    public static IReadOnlyList<OptimizerFacts> Of(Node? optimizer, TrainerOptions options)
    {
        var found = new List<OptimizerFacts>();
        var seen = new HashSet<Node>();
        if (optimizer is not null)
        {
            Collect(optimizer, options, found, seen);
        }

        return found;
    }

    private static void Collect(Node node, TrainerOptions options, List<OptimizerFacts> found, HashSet<Node> seen)
    {
        node = Shape.Base(node);
        if (!seen.Add(node) || seen.Count > 64)
        {
            return;
        }

        switch (node.Op)
        {
            case Op.Optimizer when node.Data is OptimizerDefinition definition:
                found.Add(From(definition, options));
                break;
            case Op.Object when node.Data is ObjectIdentity identity:
                for (var type = identity.Type; type is not null; type = type.BaseType)
                {
                    if (IsAdamLike(type.Name, options))
                    {
                        found.Add(new OptimizerFacts(type.Name, 0.9, 0.999, 1e-8) { IsAdamFamily = true });
                        break;
                    }
                }

                break;
            case Op.Phi or Op.LoopPhi or Op.Group or Op.Setting or Op.Write:
                foreach (var input in node.Inputs)
                {
                    Collect(input, options, found, seen);
                }

                break;
        }
    }

    private static bool IsAdamLike(string kind, TrainerOptions options) => AdamKinds.Contains(kind) || options.AdamLikeOptimizers.Contains(kind);

    private static OptimizerFacts From(OptimizerDefinition definition, TrainerOptions options)
    {
        double? Number(string name, double otherwise) => definition[name] is { } value ? Constants.NumberOf(value) : otherwise;
        return new OptimizerFacts(definition.Kind, Number("beta1", 0.9), Number("beta2", definition.Kind == "Adamax" ? 0.999 : 0.999), Number("eps", 1e-8))
        {
            IsAdamFamily = IsAdamLike(definition.Kind, options),
            WeightDecay = Number("weight_decay", 0),
            Momentum = Number("momentum", 0),
        };
    }
}
