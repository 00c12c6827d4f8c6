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

    /// <summary>Puts other bytes in a file's place in one step; its permissions, and a link that leads to it, stay.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Replace(string path, byte[] bytes)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
        {
            throw new UnauthorizedAccessException("the file is read-only");
        }

        var draft = target + $".{Environment.ProcessId}.tmp";
        try
        {
            WriteDraft(draft, bytes);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(draft, File.GetUnixFileMode(target));
            }

            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }

    private static void WriteDraft(string draft, byte[] bytes)
    {
        try
        {
            File.WriteAllBytes(draft, bytes);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException("its folder may not be written to", exception);
        }
    }
}
