using System.Globalization;

namespace AdditionGrpo;

/// <summary>A sum of two numbers of two digits, and the reward that verifies a completion.</summary>
internal readonly record struct Problem(int Left, int Right)
{
    public const int MaxFillers = 2;

    public const int PromptLength = 6; // "37+48="

    public const int MaxCompletionLength = MaxFillers + 3 + 1; // fillers, up to three digits, the end mark

    public string Prompt => string.Create(CultureInfo.InvariantCulture, $"{Left}+{Right}=");

    /// <summary>The digits of the sum, units first: the order in which one adds by hand.</summary>
    public string Answer
    {
        get
        {
            var digits = (Left + Right).ToString(CultureInfo.InvariantCulture).ToCharArray();
            Array.Reverse(digits);
            return new string(digits);
        }
    }

    /// <summary>1 for at most <see cref="MaxFillers"/> fillers, the answer and the end mark; 0 for everything else.</summary>
    public float Reward(string completion)
    {
        var answer = completion.TrimStart(Tokenizer.Filler);
        var fillers = completion.Length - answer.Length;
        return fillers <= MaxFillers && answer.StartsWith(Answer + Tokenizer.End, StringComparison.Ordinal) ? 1 : 0;
    }
}
