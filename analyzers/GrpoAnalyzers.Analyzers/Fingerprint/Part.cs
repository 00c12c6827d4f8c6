namespace GrpoAnalyzers.Fingerprint;

/// <summary>One part of a row: what was read, or why it was not.</summary>
internal sealed class Part
{
    private Part(string? text, string? reason)
    {
        Text = text;
        Reason = reason;
    }

    public string? Text { get; }

    public string? Reason { get; }

    public bool IsKnown => Text is not null;

    public static Part Of(string text) => new(text, null);

    public static Part Unknown(string reason) => new(null, reason);

    /// <summary>One part for several readings of it: their common text, or the question which of them it is.</summary>
    public static Part Common(IReadOnlyList<Part> parts)
    {
        var texts = new List<string>();
        foreach (var part in parts)
        {
            if (part.Text is not { } text)
            {
                return part;
            }

            if (!texts.Contains(text))
            {
                texts.Add(text);
            }
        }

        return texts.Count == 1 ? Of(texts[0]) : Unknown("an option decides between " + string.Join(" and ", texts));
    }

    public override string ToString() => Text ?? $"unknown ({Reason})";
}
