namespace GrpoAnalyzers.Graph.Reading;

/// <summary>How much work one reading may take. Over a limit a call is opaque; the limits count work, not time.</summary>
internal static class Budget
{
    /// <summary>Nodes of one reading. A trainer of 200 lines takes a few thousand.</summary>
    public const int Nodes = 60_000;

    /// <summary>Nested calls that are followed.</summary>
    public const int CallDepth = 14;

    /// <summary>How often a function that runs other functions is read inside itself.</summary>
    public const int Reentries = 4;

    /// <summary>Blocks that may be read, over all bodies and calls.</summary>
    public const int Blocks = 20_000;

    /// <summary>Expressions inside one another.</summary>
    public const int ExpressionDepth = 400;

    /// <summary>Blocks of one body; a larger one is opaque.</summary>
    public const int BlocksOfBody = 2_000;

    /// <summary>Methods that assign a field and are read to learn what it holds.</summary>
    public const int Assigners = 4;

    /// <summary>Methods without a caller from which a trainer is entered.</summary>
    public const int Entries = 6;

    /// <summary>Values that are kept apart where paths meet.</summary>
    public const int PhiInputs = 8;
}
