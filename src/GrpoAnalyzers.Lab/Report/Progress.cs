using AdditionGrpo;

namespace GrpoAnalyzers.Lab;

/// <summary>One line that says how far an experiment is; nothing where the output is no terminal.</summary>
internal sealed class Progress(bool visible) : IDisposable
{
    private ProgressBar? bar;
    private int lastTotal;

    public void Report(int done, int total, string status)
    {
        if (bar is null || total != lastTotal)
        {
            bar?.Dispose();
            (bar, lastTotal) = (new ProgressBar(total, visible), total);
        }

        bar.Report(done, status);
    }

    /// <summary>Says what was done where no line can be redrawn, so that the log of a long run is not empty until its end.</summary>
    public void Say(string what)
    {
        if (!visible)
        {
            Console.Error.WriteLine(what);
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        bar?.Dispose();
        bar = null;
    }
}
