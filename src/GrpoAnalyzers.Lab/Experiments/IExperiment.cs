namespace GrpoAnalyzers.Lab;

/// <summary>Something measured, with its tables and plots.</summary>
internal interface IExperiment
{
    /// <summary>What the progress line calls it.</summary>
    string Name { get; }

    Section Run();
}
