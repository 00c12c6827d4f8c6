using TorchSharp;
using static TorchSharp.torch;

namespace AdditionGrpo;

/// <summary>Completes prompts with the policy, all rows of a batch at once.</summary>
internal static class Sampler
{
    /// <summary>
    /// Tokens [batch, prompt + completion], drawn one by one, or the likeliest one each time if greedy. What follows a row's first end mark is end
    /// marks.
    /// </summary>
    public static Tensor Complete(Transformer policy, IReadOnlyList<Problem> problems, bool greedy)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();

        var prompts = problems.SelectMany(problem => Tokenizer.Encode(problem.Prompt)).ToArray();
        var tokens = torch.tensor(prompts).view(problems.Count, Problem.PromptLength);
        var finished = torch.zeros(problems.Count, 1, dtype: ScalarType.Bool);
        for (var i = 0; i < Problem.MaxCompletionLength; i++)
        {
            var logits = policy.call(tokens).select(1, -1);
            var next = greedy ? logits.argmax(1, keepdim: true) : logits.softmax(1).multinomial(1);
            next = next.masked_fill(finished, Tokenizer.EndToken);
            finished = next.eq(Tokenizer.EndToken);
            tokens = torch.cat([tokens, next], 1);
        }

        return tokens.MoveToOuterDisposeScope();
    }

    /// <summary>The text of each completion, without its prompt.</summary>
    public static string[] Completions(Tensor tokens)
    {
        var flat = tokens.data<long>().ToArray();
        var length = (int)tokens.shape[1];
        var completions = new string[tokens.shape[0]];
        for (var row = 0; row < completions.Length; row++)
            completions[row] = Tokenizer.Decode(flat.AsSpan(row * length, length)[Problem.PromptLength..]);
        return completions;
    }

    /// <summary>The share of the problems that the likeliest completion solves.</summary>
    public static double GreedyAccuracy(Transformer policy, IReadOnlyList<Problem> problems)
    {
        using var tokens = Complete(policy, problems, greedy: true);
        return problems.Zip(Completions(tokens), (problem, completion) => problem.Reward(completion)).Average();
    }
}
