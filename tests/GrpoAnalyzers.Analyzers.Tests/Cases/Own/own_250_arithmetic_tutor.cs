// case: own.250
// expect: GRPO001, GRPO002, GRPO003
// shape: padded [G,T], class trainer with options record, KL term, std without dim over one question's group
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ArithmeticTutor;

public sealed record TutorOptions(
    int GroupSize = 8,
    int MaxNewTokens = 24,
    int UpdatesPerRollout = 4,
    double ClipRange = 0.2,
    double LearningRate = 1e-4,
    double KlWeight = 0.02);

public sealed class TutorModel : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _embed;
    private readonly LSTM _core;
    private readonly Linear _head;

    public TutorModel(long vocab, long width) : base(nameof(TutorModel))
    {
        _embed = nn.Embedding(vocab, width);
        _core = nn.LSTM(width, width, batchFirst: true);
        _head = nn.Linear(width, vocab);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        var (hidden, _, _) = _core.call(_embed.call(ids));
        return _head.call(hidden);
    }
}

public sealed class TutorTrainer
{
    private readonly TutorOptions _options;
    private readonly TutorModel _policy;
    private readonly TutorModel _reference;
    private readonly optim.Optimizer _optimizer;

    public TutorTrainer(TutorModel policy, TutorModel reference, TutorOptions options)
    {
        _policy = policy;
        _reference = reference;
        _options = options;
        _optimizer = optim.AdamW(policy.parameters(), lr: options.LearningRate, beta2: 0.95, weight_decay: 0.01);
    }

    /// <summary>Samples a group of answers for one question; returns ids and the answer mask (shifted by one).</summary>
    public (Tensor ids, Tensor mask) Sample(Tensor question, long endToken)
    {
        using var guard = no_grad();
        var ids = question.unsqueeze(0).repeat(_options.GroupSize, 1);
        var alive = ones(_options.GroupSize, 1);
        var masks = new List<Tensor> { zeros(_options.GroupSize, question.shape[0] - 1) };
        for (var t = 0; t < _options.MaxNewTokens; t++)
        {
            var logits = _policy.call(ids).select(1, -1);
            var next = multinomial(logits.softmax(-1), 1);
            ids = cat(new[] { ids, next }, 1);
            masks.Add(alive);
            alive = alive * next.ne(endToken).to(ScalarType.Float32);
        }
        return (ids, cat(masks, 1));
    }

    private static Tensor TokenLogProbabilities(TutorModel model, Tensor ids)
    {
        var logits = model.call(ids.narrow(1, 0, ids.shape[1] - 1));
        var targets = ids.narrow(1, 1, ids.shape[1] - 1);
        return nn.functional.log_softmax(logits, -1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    }

    public double TrainOnQuestion(Tensor question, long endToken, Func<Tensor, float[]> grade)
    {
        using var scope = NewDisposeScope();
        var (ids, mask) = Sample(question, endToken);
        var rewards = tensor(grade(ids));
        var advantages = {|GRPO002:(rewards - rewards.mean()) / (rewards.std() + 1e-4)|};

        Tensor oldLogProbs, refLogProbs;
        using (no_grad())
        {
            oldLogProbs = TokenLogProbabilities(_policy, ids);
            refLogProbs = TokenLogProbabilities(_reference, ids);
        }

        var last = 0.0;
        for (var update = 0; update < _options.UpdatesPerRollout; update++)
        {
            var logProbs = TokenLogProbabilities(_policy, ids);
            var ratio = (logProbs - oldLogProbs).exp();
            var clipped = ratio.clamp(1 - _options.ClipRange, 1 + _options.ClipRange);
            var a = advantages.unsqueeze(1);
            var surrogate = minimum(ratio * a, clipped * a);
            var gap = refLogProbs - logProbs;
            var kl = gap.exp() - gap - 1;
            var perToken = surrogate - _options.KlWeight * kl;
            var perAnswer = {|GRPO001:(perToken * mask).sum(1) / mask.sum(1)|};
            var loss = -perAnswer.mean();

            _optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(_policy.parameters(), 1.0);
            {|GRPO003:_optimizer.step()|};
            last = loss.ToDouble();
        }
        Console.WriteLine($"reward {rewards.mean().ToSingle():F3}  length {mask.sum(1).mean().ToSingle():F1}  loss {last:F4}");
        return last;
    }
}
