namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which of the checks of an analyzer are left out.</summary>
[Flags]
public enum TestBehaviors
{
    None = 0,
    SkipSuppressionCheck = 1,
    SkipGeneratedCodeCheck = 2,
}
