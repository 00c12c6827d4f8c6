namespace GrpoAnalyzers.Cli.Processes;

/// <summary>A folder that goes when its user is done.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("grpo-").FullName;

    public void Dispose()
    {
        // A build process that was just ended may still be writing.
        for (var attempt = 0; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(50);
            }
        }
    }
}
