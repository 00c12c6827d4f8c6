namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What markup in a state's sources means.</summary>
public enum MarkupMode
{
    None,
    Ignore,
    IgnoreFixable,
    Allow,
}

/// <summary>Which rule a span without a name stands for when an analyzer has several.</summary>
[Flags]
public enum MarkupOptions
{
    None = 0,
    UseFirstDescriptor = 1,
}

/// <summary>What a state takes over from the one before it.</summary>
public enum StateInheritanceMode
{
    Explicit,
    AutoInherit,
    AutoInheritAll,
}
