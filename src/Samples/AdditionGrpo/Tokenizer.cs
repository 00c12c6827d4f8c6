namespace AdditionGrpo;

/// <summary>One token a character.</summary>
internal static class Tokenizer
{
    /// <summary>A character without meaning: the room a policy has to reason before it answers.</summary>
    public const char Filler = '.';

    /// <summary>Ends a completion, and pads the shorter completions of a batch.</summary>
    public const char End = '$';

    private static readonly string Alphabet = $"0123456789+={Filler}{End}";

    public static int VocabularySize => Alphabet.Length;

    public static long EndToken { get; } = Alphabet.IndexOf(End);

    public static long[] Encode(string text)
    {
        var tokens = new long[text.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = Alphabet.IndexOf(text[i]);
            if (tokens[i] < 0) throw new ArgumentException($"'{text[i]}' is not in the vocabulary \"{Alphabet}\".", nameof(text));
        }

        return tokens;
    }

    public static string Decode(ReadOnlySpan<long> tokens)
    {
        var characters = new char[tokens.Length];
        for (var i = 0; i < characters.Length; i++) characters[i] = Alphabet[checked((int)tokens[i])];
        return new string(characters);
    }
}
