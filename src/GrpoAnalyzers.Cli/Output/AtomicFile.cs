using GrpoAnalyzers.Cli.Input;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>Writes a file whole or not at all.</summary>
internal static class AtomicFile
{
    public static void Write(string path, string text)
    {
        var full = Path.GetFullPath(path);
        var draft = full + $".{Environment.ProcessId}.tmp";
        try
        {
            if (Directory.Exists(full))
            {
                throw new CannotRunException($"'{path}' is a folder, not a file to write to");
            }

            File.WriteAllText(draft, text);
            File.Move(draft, full, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }

            throw new CannotRunException($"'{path}' cannot be written: {exception.Message}");
        }
    }
}
