namespace AdditionGrpo;

/// <summary>A line on a terminal that redraws itself.</summary>
internal sealed class ProgressBar(int total, bool visible) : IDisposable
{
    private const int Width = 30;

    private int drawn;

    public void Report(int done, string status)
    {
        if (!visible) return;
        var filled = (int)((long)Width * done / total);
        var line = $"[{new string('#', filled)}{new string('-', Width - filled)}] {done}/{total}  {status}";
        Console.Write('\r' + line.PadRight(drawn));
        drawn = line.Length;
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (drawn > 0) Console.Write('\r' + new string(' ', drawn) + '\r');
    }
}
