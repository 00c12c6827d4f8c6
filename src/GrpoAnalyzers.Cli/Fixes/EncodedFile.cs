using System.Text;

namespace GrpoAnalyzers.Cli.Fixes;

/// <summary>A file's bytes and the text they stand for. Written with another text, it keeps its encoding and its byte order mark.</summary>
internal sealed class EncodedFile
{
    private readonly byte[] bytes;

    private readonly Encoding encoding;

    private EncodedFile(string path, byte[] bytes, Encoding encoding)
    {
        Path = path;
        this.bytes = bytes;
        this.encoding = encoding;
        Text = encoding.GetString(bytes, MarkLength, bytes.Length - MarkLength);
    }

    public string Path { get; }

    public string Text { get; }

    private int MarkLength => bytes.AsSpan().StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;

    public static EncodedFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return new EncodedFile(path, bytes, EncodingOf(bytes));
    }

    /// <summary>The file with another text in it.</summary>
    public byte[] With(string text) => [.. bytes.AsSpan(0, MarkLength), .. encoding.GetBytes(text)];

    /// <summary>Whether the file on the disk is still the one that was read.</summary>
    public bool IsCurrent() => File.Exists(Path) && File.ReadAllBytes(Path).AsSpan().SequenceEqual(bytes);

    private static Encoding EncodingOf(byte[] bytes)
    {
        Encoding[] marked = [new UTF32Encoding(false, true), new UTF32Encoding(true, true), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode];
        if (Array.Find(marked, encoding => bytes.AsSpan().StartsWith(encoding.Preamble)) is { } found)
            return found;
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            strict.GetCharCount(bytes);
            return strict;
        }
        catch (DecoderFallbackException)
        {
            // Some code page: every byte is kept as it is, and what a fix writes is ASCII.
            return Encoding.Latin1;
        }
    }
}
