using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>Questions about the shape of a value that several parts of the model ask.</summary>
internal static class Shape
{
    /// <summary>Marks what was computed value by value before it became a tensor.</summary>
    public const string FromValues = "values";

    /// <summary>A tensor made of C# values.</summary>
    public static bool IsFromValues(Node node) => node.Op is Op.View or Op.Stored && node.Data is FromValues;

    /// <summary>The value behind views of it: other shapes, types, places and selections of the same numbers.</summary>
    public static Node Base(Node node)
    {
        while (true)
        {
            node = Settled(node);
            if (node.Op is Op.View or Op.Unsqueeze or Op.Detach or Op.Convert or Op.Item or Op.Select or Op.Element or Op.Stored && node.Inputs.Length > 0)
            {
                node = node[0];
                continue;
            }

            if (node.Op == Op.Concatenate && node.Inputs.Length == 1)
            {
                node = node[0];
                continue;
            }

            return node;
        }
    }

    /// <summary>The value behind changes of shape and type only: no element is left out.</summary>
    public static Node Unviewed(Node node)
    {
        while (true)
        {
            node = Settled(node);
            if (node.Op is Op.View or Op.Unsqueeze or Op.Detach or Op.Convert or Op.Item or Op.Stored && node.Inputs.Length > 0)
            {
                node = node[0];
                continue;
            }

            return node;
        }
    }

    /// <summary>What was computed for an element, behind the lists that it went through.</summary>
    public static Node Computed(Node node)
    {
        node = Unviewed(node);
        while (node.Op == Op.Element && node[0].Op is not (Op.Contents or Op.Input or Op.Opaque))
        {
            node = Unviewed(node[0]);
        }

        return node;
    }

    /// <summary>Whether a value got an axis of its own, so that one number of it meets a whole row.</summary>
    public static bool IsSpread(Node node)
    {
        while (true)
        {
            node = Settled(node);
            switch (node.Op)
            {
                case Op.Unsqueeze:
                    return true;
                case Op.View or Op.Select or Op.Convert or Op.Detach or Op.Neg or Op.Stored when node.Inputs.Length > 0:
                    node = node[0];
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>A loop-phi that the loop did not change is what it was before.</summary>
    public static Node Settled(Node node)
    {
        while (node.Op == Op.LoopPhi && IsUnchanged(node))
        {
            node = node[0];
        }

        return node.Op == Op.Setting && node.Inputs[0].Op != Op.Constant ? node[0] : node;
    }

    /// <summary>Whether a loop leaves a value alone: each round ends with what it began with.</summary>
    public static bool IsUnchanged(Node phi)
    {
        for (var i = 1; i < phi.Inputs.Length; i++)
        {
            var value = phi[i];
            while (value is { Op: Op.LoopPhi, Inputs.Length: 1 })
            {
                value = value[0];
            }

            if (!ReferenceEquals(value, phi))
            {
                return false;
            }
        }

        return true;
    }

    public static bool SameValue(Node left, Node right) => Unviewed(left).Number == Unviewed(right).Number;

    /// <summary>A tensor joined from pieces that are reciprocals: the weight of each completion.</summary>
    private static bool IsListOfReciprocals(Node node) => node is { Op: Op.Concatenate, Inputs.Length: 1 } && Unviewed(node[0]) is { Op: Op.Div } piece && Canonical.IsPlainNumber(piece[0]);

    /// <summary>The factors of a product, each with whether it divides, through signs and views.</summary>
    public static List<(Node Factor, bool Divides, Node At)> Factors(Node node)
    {
        var factors = new List<(Node, bool, Node)>();
        Collect(node, divides: false, node, stored: null, depth: 0);
        return factors;

        void Collect(Node current, bool divides, Node at, Node? stored, int depth)
        {
            var inner = current;
            for (var settled = Settled(current); ; settled = Settled(settled[0]))
            {
                inner = settled;
                stored ??= settled.Op == Op.Stored || (settled.Op == Op.Element && IsComputed(settled[0])) || IsFromValues(settled) ? settled : null;
                if (!(settled.Op is Op.View or Op.Unsqueeze or Op.Detach or Op.Convert or Op.Item or Op.Stored && settled.Inputs.Length > 0)
                    && !(settled.Op == Op.Element && IsComputed(settled[0])) && !IsListOfReciprocals(settled))
                {
                    break;
                }
            }

            if (inner.Op == Op.Phi && depth < 32 && inner.Inputs.Length == 2 && inner.Inputs.Any(arm => Constants.IsNumber(arm, 0)))
            {
                // Nothing, or a product: its factors where there is one.
                Collect(Constants.IsNumber(inner[0], 0) ? inner[1] : inner[0], divides, at, stored, depth + 1);
                return;
            }

            switch (inner.Op)
            {
                case Op.Mul when depth < 32:
                    Collect(inner[0], divides, inner, stored, depth + 1);
                    Collect(inner[1], divides, inner, stored, depth + 1);
                    break;
                case Op.Div when depth < 32:
                    Collect(inner[0], divides, inner, stored, depth + 1);
                    Collect(inner[1], !divides, inner, stored, depth + 1);
                    break;
                case Op.Neg when depth < 32:
                    Collect(inner[0], divides, at, stored, depth + 1);
                    break;
                default:
                    if (!Constants.IsNumber(inner, 1))
                    {
                        factors.Add((stored is null || ReferenceEquals(stored, current) ? current : OfElement(current, stored), divides, at));
                    }

                    break;
            }
        }

        // What was computed for each element is, as a factor, still that of the element.
        static Node OfElement(Node factor, Node stored) => new(Op.Stored, [factor, .. stored.Inputs.Skip(1)], IsFromValues(stored) ? FromValues : null, factor.Number, stored.Site, stored.Loop)
        {
            Driver = stored.Driver,
            IsScalar = factor.IsScalar && !IsFromValues(stored),
            WithoutGradient = factor.WithoutGradient,
        };

        static bool IsComputed(Node contents) => Unviewed(contents).Op is Op.Mul or Op.Div or Op.Neg or Op.Element or Op.Phi;
    }

    /// <summary>A truth value, or one of its kind as numbers: a mask.</summary>
    public static bool IsTruth(Node node)
    {
        var inner = Base(node);
        return inner.Op is Op.Compare or Op.Not or Op.And or Op.Or or Op.FiniteTest;
    }

    /// <summary>The log-probability of tokens or actions under a model: of one, or summed over a sequence.</summary>
    public static bool IsLogProb(Node node) => IsLogProb(node, 24);

    private static bool IsLogProb(Node node, int depth)
    {
        if (depth == 0)
        {
            return false;
        }

        var inner = Base(node);
        switch (inner.Op)
        {
            case Op.LogProb or Op.LogSoftmax:
                return true;
            case Op.Gather:
                return IsLogProb(inner[0], depth - 1) || inner[0].Op == Op.LogSoftmax;
            case Op.Log:
                return IsProbability(inner[0], depth - 1);
            case Op.Sub when Base(inner[1]).Op == Op.LogSumExp:
                return true;
            case Op.Neg or Op.Sum or Op.Mean or Op.Clamp or Op.Concatenate:
                return IsLogProb(inner[0], depth - 1);
            case Op.Mul or Op.Where or Op.Phi or Op.Group or Op.LoopPhi or Op.Add or Op.Write:
                return inner.Inputs.Any(input => IsLogProb(input, depth - 1));
            case Op.Div:
                return IsLogProb(inner[0], depth - 1);
            default:
                return false;
        }
    }

    private static bool IsProbability(Node node, int depth)
    {
        if (depth == 0)
        {
            return false;
        }

        var inner = Base(node);
        return inner.Op switch
        {
            Op.Softmax or Op.Sigmoid => true,
            Op.Exp => IsLogProb(inner[0], depth - 1),
            Op.Gather or Op.Clamp => IsProbability(inner[0], depth - 1),
            Op.Add => inner.Inputs.Any(input => IsProbability(input, depth - 1)),
            Op.Sum => inner[0].Op == Op.Mul && inner[0].Inputs.Any(input => IsProbability(input, depth - 1)),
            _ => false,
        };
    }

    /// <summary>Whether a value depends on a network whose weights get a gradient through it.</summary>
    public static bool CarriesGradient(Node node)
    {
        var seen = new HashSet<Node>();
        var pending = new Stack<Node>();
        pending.Push(node);
        while (pending.Count > 0 && seen.Count < 4_000)
        {
            var current = pending.Pop();
            if (!seen.Add(current) || current.WithoutGradient || current.Op is Op.Detach or Op.Item or Op.Compare or Op.Count)
            {
                continue;
            }

            if (current.Op == Op.Forward)
            {
                return true;
            }

            foreach (var input in current.Inputs)
            {
                pending.Push(input);
            }
        }

        return false;
    }

    /// <summary>Whether one value is made from another, by any way.</summary>
    public static bool Contains(Node node, Func<Node, bool> test, Func<Node, bool>? stop = null)
    {
        var seen = new HashSet<Node>();
        var pending = new Stack<Node>();
        pending.Push(node);
        while (pending.Count > 0 && seen.Count < 8_000)
        {
            var current = pending.Pop();
            if (!seen.Add(current) || stop?.Invoke(current) == true)
            {
                continue;
            }

            if (test(current))
            {
                return true;
            }

            foreach (var input in current.Inputs)
            {
                pending.Push(input);
            }
        }

        return false;
    }
}
