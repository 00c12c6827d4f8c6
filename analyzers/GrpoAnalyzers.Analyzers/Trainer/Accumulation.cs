using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A sum that a loop makes: <c>total += x</c>.</summary>
internal static class Accumulation
{
    /// <summary>What each round adds; null when the value is no such sum.</summary>
    public static Node? AddendOf(Node phi)
    {
        if (phi.Op != Op.LoopPhi || phi.Inputs.Length < 2)
        {
            return null;
        }

        for (var i = 1; i < phi.Inputs.Length; i++)
        {
            if (Addend(phi, phi[i], 6) is { } addend)
            {
                return addend;
            }
        }

        return null;
    }

    private static Node? Addend(Node phi, Node after, int depth)
    {
        if (depth == 0)
        {
            return null;
        }

        switch (after.Op)
        {
            case Op.Add when ReferenceEquals(after[0], phi):
                return after[1];
            case Op.Add when ReferenceEquals(after[1], phi):
                return after[0];
            case Op.Add:
                return Addend(phi, after[0], depth - 1);
            case Op.Phi:
                foreach (var input in after.Inputs)
                {
                    if (!ReferenceEquals(input, phi) && Addend(phi, input, depth - 1) is { } addend)
                    {
                        return addend;
                    }
                }

                return null;
            case Op.LoopPhi:
                // An inner loop goes on with the sum.
                return ReferenceEquals(after[0], phi) ? AddendOf(after) : null;
            default:
                return null;
        }
    }
}
