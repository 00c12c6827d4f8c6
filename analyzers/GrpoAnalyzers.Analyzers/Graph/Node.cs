namespace GrpoAnalyzers.Graph;

/// <summary>
/// One occurrence of an operation in a trainer: what is computed from what, and where it stands. Occurrences whose values are known to be
/// equal share a <see cref="Number"/>.
/// </summary>
internal sealed class Node
{
    public Node(Op op, Node[] inputs, object? data, int number, Site site, Loop? loop)
    {
        Op = op;
        Inputs = inputs;
        Data = data;
        Number = number;
        Site = site;
        Loop = loop;
    }

    public Op Op { get; }

    /// <summary>The operands. The second input of a loop-phi is filled in when the loop's body has been read.</summary>
    public Node[] Inputs { get; private set; }

    /// <summary>What the operation needs beside its operands: a constant, an <see cref="Axes"/>, a comparison, a symbol.</summary>
    public object? Data { get; }

    /// <summary>The number of the value: two nodes with the same number compute the same.</summary>
    public int Number { get; }

    public Site Site { get; }

    /// <summary>The innermost loop in which the occurrence stands, across calls; null outside loops.</summary>
    public Loop? Loop { get; }

    /// <summary>The conditions that decide which input a phi takes.</summary>
    public Node[] Gates { get; set; } = [];

    /// <summary>True for a C# number or truth value: it has no axes and carries no gradient.</summary>
    public bool IsScalar { get; set; }

    /// <summary>True when the value was computed where gradients are off.</summary>
    public bool WithoutGradient { get; set; }

    /// <summary>For an element: the loop that moves from one element to the next.</summary>
    public Loop? Driver { get; set; }

    /// <summary>For a container: that it holds the members of one group.</summary>
    public bool IsGroup { get; set; }

    /// <summary>For an element: that its container holds the members of one group.</summary>
    public bool IsOfGroup { get; set; }

    /// <summary>For a log-probability: that it is the cross entropy of a target.</summary>
    public bool IsSupervised { get; set; }

    public Node this[int input] => Inputs[input];

    public Axes Axes => Data as Axes ?? Axes.All;

    public void CloseLoop(Node[] inputs) => Inputs = inputs;

    public override string ToString() => $"{Op}#{Number}";
}
