namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which of the checks of a code fix are left out.</summary>
[Flags]
public enum CodeFixTestBehaviors
{
    None = 0,
    SkipFixAllInDocumentCheck = 1,
    SkipFixAllInProjectCheck = 2,
    SkipFixAllInSolutionCheck = 4,
    SkipFixAllCheck = SkipFixAllInDocumentCheck | SkipFixAllInProjectCheck | SkipFixAllInSolutionCheck,
    FixOne = 8,
    SkipLocalDiagnosticCheck = 16,
}

/// <summary>How exactly the tree that a code action made has to be the one that its text parses to.</summary>
public enum CodeActionValidationMode
{
    None,
    SemanticStructure,
    Full,
}
