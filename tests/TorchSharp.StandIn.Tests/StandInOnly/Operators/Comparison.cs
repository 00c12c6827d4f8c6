namespace GrpoAnalyzers.StandIns.Tests.Operators;

/// <summary>An expression of python's and the forms in which C# says the same.</summary>
public sealed record Comparison(string Python, params Func<Inputs, object?>[] Forms);
