namespace GrpoAnalyzers.Lab;

/// <summary>A part of the report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Text">What was done and what to see, a paragraph.</param>
/// <param name="Tables">The figures.</param>
/// <param name="Plots">The pictures.</param>
internal sealed record Section(string Title, string Text, IReadOnlyList<Table> Tables, IReadOnlyList<Plot> Plots);

/// <summary>Lines over a common axis.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="X">What the horizontal axis counts.</param>
/// <param name="Y">What the vertical axis shows.</param>
/// <param name="Series">The lines.</param>
internal sealed record Plot(string Title, string X, string Y, IReadOnlyList<Series> Series);

/// <summary>A line.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points, from left to right; points that are no numbers are left out.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points);
