namespace GrpoAnalyzers.Samples.Tests;

public sealed record SampleRun(int ExitCode, string Output, string Errors);
