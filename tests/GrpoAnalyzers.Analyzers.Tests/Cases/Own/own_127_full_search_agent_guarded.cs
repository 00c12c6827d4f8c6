// case: own.127
// expect: none
// shape: a whole search agent: multi-turn episodes, centred advantages, token mean, updates ended by the sequence KL
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace SearchAgent;

public interface ISearchTool
{
    string Query(string text);
}

public interface ITokenizer
{
    long[] Encode(string text);

    string Decode(IEnumerable<long> ids);
}

public sealed class Episode
{
    public List<long> Tokens { get; } = new();

    public List<float> FromModel { get; } = new();

    public List<float> SampledLogProbs { get; } = new();

    public float Reward { get; set; }
}

public sealed class SearchTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly ISearchTool tool;
    private readonly ITokenizer tokenizer;
    private readonly int attempts = 6;
    private readonly double klLimit = 0.05;

    public SearchTrainer(nn.Module<Tensor, Tensor> model, ISearchTool tool, ITokenizer tokenizer)
    {
        this.model = model;
        this.tool = tool;
        this.tokenizer = tokenizer;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6, weight_decay: 0.01);
    }

    public void Train(IEnumerable<(string question, string answer)> data, int maxUpdates)
    {
        foreach (var (question, answer) in data)
        {
            var episodes = new List<Episode>();
            for (var i = 0; i < attempts; i++)
            {
                episodes.Add(Play(question, answer));
            }

            var mean = episodes.Average(e => e.Reward);
            if (episodes.All(e => Math.Abs(e.Reward - mean) < 1e-6))
            {
                continue;
            }

            Update(episodes, episodes.Select(e => e.Reward - mean).ToArray(), maxUpdates);
        }
    }

    private void Update(List<Episode> episodes, float[] advantages, int maxUpdates)
    {
        var modelTokens = episodes.Sum(e => e.FromModel.Sum());
        for (var u = 0; u < maxUpdates; u++)
        {
            var total = zeros(1);
            var kl = 0.0;
            for (var i = 0; i < episodes.Count; i++)
            {
                var (objective, drift) = Objective(episodes[i], advantages[i]);
                total = total - objective;
                kl += drift;
            }

            if (kl / modelTokens > klLimit)
            {
                Console.WriteLine($"left after {u} updates");
                break;
            }

            optimizer.zero_grad();
            (total / modelTokens).backward();
            optimizer.step();
        }
    }

    private (Tensor objective, double drift) Objective(Episode e, float advantage)
    {
        var ids = tensor(e.Tokens.ToArray()).unsqueeze(0);
        var mask = tensor(e.FromModel.ToArray());
        var old = tensor(e.SampledLogProbs.ToArray());
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1).squeeze(0);
        var logRatio = (lp - old) * mask;
        var ratio = logRatio.exp();
        var objective = (minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage) * mask).sum();
        var drift = ((ratio - 1 - logRatio) * mask).sum().item<float>();
        return (objective, drift);
    }

    private Episode Play(string question, string answer)
    {
        using var guard = no_grad();
        var episode = new Episode();
        Append(episode, tokenizer.Encode(question));
        for (var turn = 0; turn < 4; turn++)
        {
            var start = episode.Tokens.Count;
            for (var t = 0; t < 64; t++)
            {
                var logits = model.call(tensor(episode.Tokens.ToArray()).unsqueeze(0)).select(1, -1).log_softmax(-1);
                var token = logits.exp().multinomial(1).item<long>();
                episode.Tokens.Add(token);
                episode.FromModel.Add(1f);
                episode.SampledLogProbs.Add(logits[0, token].item<float>());
                if (token == 0)
                {
                    break;
                }
            }

            var text = tokenizer.Decode(episode.Tokens.Skip(start));
            if (!text.StartsWith("search:", StringComparison.Ordinal))
            {
                episode.Reward = text.Contains(answer, StringComparison.OrdinalIgnoreCase) ? 1f : 0f;
                break;
            }

            Append(episode, tokenizer.Encode(tool.Query(text)));
        }

        return episode;
    }

    private static void Append(Episode episode, long[] tokens)
    {
        foreach (var t in tokens)
        {
            episode.Tokens.Add(t);
            episode.FromModel.Add(0f);
            episode.SampledLogProbs.Add(0f);
        }
    }
}
