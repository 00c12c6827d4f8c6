// case: own.121
// expect: GRPO001, GRPO002, GRPO003
// shape: a whole program: small transformer, sampler, verifier, trainer with history, evaluation and checkpoints
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Addition;

public sealed record TrainOptions
{
    public int GroupSize { get; init; } = 8;

    public int PromptsPerStep { get; init; } = 4;

    public int UpdatesPerRollout { get; init; } = 4;

    public double LearningRate { get; init; } = 3e-4;

    public float ClipRange { get; init; } = 0.2f;

    public int MaxNewTokens { get; init; } = 6;
}

public sealed class TinyModel : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Embedding tokens;
    private readonly TorchSharp.Modules.Linear query;
    private readonly TorchSharp.Modules.Linear key;
    private readonly TorchSharp.Modules.Linear value;
    private readonly TorchSharp.Modules.LayerNorm norm;
    private readonly TorchSharp.Modules.Linear head;
    private readonly double scale;

    public TinyModel(long vocabulary, long width)
        : base(nameof(TinyModel))
    {
        tokens = nn.Embedding(vocabulary, width);
        query = nn.Linear(width, width);
        key = nn.Linear(width, width);
        value = nn.Linear(width, width);
        norm = nn.LayerNorm(width);
        head = nn.Linear(width, vocabulary);
        scale = 1.0 / Math.Sqrt(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        var x = tokens.call(ids);
        var scores = query.call(x).matmul(key.call(x).transpose(1, 2)) * scale;
        var future = ones(ids.shape[1], ids.shape[1]).triu(1).gt(0);
        var weights = scores.masked_fill(future, float.NegativeInfinity).softmax(-1);
        return head.call(norm.call(x + weights.matmul(value.call(x))));
    }
}

public sealed class AdditionTrainer
{
    private const string Alphabet = "0123456789+=.";
    private readonly TrainOptions options;
    private readonly TinyModel model;
    private readonly optim.Optimizer optimizer;
    private readonly Random random = new(7);
    private readonly List<(float reward, float loss)> history = new();

    public AdditionTrainer(TrainOptions options)
    {
        this.options = options;
        model = new TinyModel(Alphabet.Length, 48);
        optimizer = optim.AdamW(model.parameters(), lr: options.LearningRate, beta1: 0.9, beta2: 0.95);
    }

    public void Train(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, rewards) = Rollout();
            var old = TokenLogProbs(ids).detach();
            var groups = rewards.view(-1, options.GroupSize);
            var centre = groups.mean(new long[] { 1 }, keepdim: true);
            var deviation = groups.std(1, keepdim: true) + 1e-4;
            var advantage = {|GRPO002:((groups - centre) / deviation)|}.view(-1, 1);
            var last = 0f;
            for (var update = 0; update < options.UpdatesPerRollout; update++)
            {
                var loss = Loss(ids, mask, old, advantage);
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                {|GRPO003:optimizer.step()|};
                last = loss.item<float>();
            }

            history.Add((rewards.mean().item<float>(), last));
            if (step % 10 == 0)
            {
                Console.WriteLine($"{step,5} reward {history[^1].reward:f3} loss {last:f4} accuracy {Evaluate(32):p1}");
            }
        }
    }

    private Tensor Loss(Tensor ids, Tensor mask, Tensor old, Tensor advantage)
    {
        var ratio = (TokenLogProbs(ids) - old).exp();
        var bounded = ratio.clamp(1 - options.ClipRange, 1 + options.ClipRange);
        var objective = minimum(ratio * advantage, bounded * advantage) * mask;
        var answers = {|GRPO001:objective.sum(1) / mask.sum(1)|};
        return -answers.mean();
    }

    private Tensor TokenLogProbs(Tensor ids)
    {
        var logits = model.call(ids.narrow(1, 0, ids.shape[1] - 1));
        var next = ids.narrow(1, 1, ids.shape[1] - 1);
        return logits.log_softmax(-1).gather(-1, next.unsqueeze(-1)).squeeze(-1);
    }

    private (Tensor ids, Tensor mask, Tensor rewards) Rollout()
    {
        using var guard = no_grad();
        var rows = new List<Tensor>();
        var masks = new List<Tensor>();
        var rewards = new List<float>();
        for (var p = 0; p < options.PromptsPerStep; p++)
        {
            var a = random.Next(10);
            var b = random.Next(10);
            var prompt = $"{a}+{b}=".Select(c => (long)Alphabet.IndexOf(c)).ToArray();
            for (var g = 0; g < options.GroupSize; g++)
            {
                var text = prompt.ToList();
                var kept = new List<float>(Enumerable.Repeat(0f, prompt.Length - 1));
                var open = true;
                for (var t = 0; t < options.MaxNewTokens; t++)
                {
                    var logits = model.call(tensor(text.ToArray()).unsqueeze(0)).select(1, -1);
                    var token = logits.softmax(-1).multinomial(1).item<long>();
                    text.Add(token);
                    kept.Add(open ? 1f : 0f);
                    open &= token != Alphabet.Length - 1;
                }

                var answer = new string(text.Skip(prompt.Length).Select(i => Alphabet[(int)i]).TakeWhile(c => c != '.').ToArray());
                rewards.Add(answer == (a + b).ToString() ? 1f : 0f);
                rows.Add(tensor(text.ToArray()));
                masks.Add(tensor(kept.ToArray()));
            }
        }

        return (stack(rows), stack(masks), tensor(rewards.ToArray()));
    }

    private double Evaluate(int count)
    {
        using var guard = no_grad();
        var right = 0;
        for (var i = 0; i < count; i++)
        {
            var (_, _, rewards) = Rollout();
            right += rewards.max().item<float>() > 0 ? 1 : 0;
        }

        return (double)right / count;
    }
}
