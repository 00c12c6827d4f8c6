namespace GrpoAnalyzers.Cli.Input;

/// <summary>The command cannot do what was asked; the message is the one sentence that the user reads.</summary>
internal sealed class CannotRunException(string message) : Exception(message);
