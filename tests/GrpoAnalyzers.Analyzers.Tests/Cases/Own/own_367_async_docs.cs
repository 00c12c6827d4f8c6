// case: own.367
// expect: GRPO002, GRPO003
// shape: async pipeline, per-prompt list of tensors, where instead of clamp/min, sum loss, document writing
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace DocWriter;

public sealed class PromptGroup
{
    public List<Tensor> Completions { get; } = new();
    public List<Tensor> LogpAtSampling { get; } = new();
    public float[] Grades { get; set; } = Array.Empty<float>();
    public long PromptLength { get; init; }
}

public interface IGrader
{
    Task<float[]> GradeAsync(IReadOnlyList<Tensor> completions, CancellationToken ct);
}

public sealed class DocumentPolicyTrainer
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly IGrader _grader;
    private readonly optim.Optimizer _optimizer;
    private readonly int _mu;
    private const double TokenBudget = 4096.0;

    public DocumentPolicyTrainer(nn.Module<Tensor, Tensor> policy, IGrader grader, int mu)
    {
        _policy = policy;
        _grader = grader;
        _mu = mu;
        _optimizer = optim.RAdam(policy.parameters(), lr: 1e-6);
    }

    public async Task TrainAsync(IAsyncEnumerable<PromptGroup> groups, CancellationToken ct = default)
    {
        await foreach (var group in groups.WithCancellation(ct))
        {
            group.Grades = await _grader.GradeAsync(group.Completions, ct);
            Update(group);
        }
    }

    private void Update(PromptGroup group)
    {
        using var scope = NewDisposeScope();
        var grades = tensor(group.Grades);
        var centred = grades - grades.mean();
        var advantage = {|GRPO002:centred / (grades.std() + 1e-4)|};

        for (var pass = 0; pass < _mu; pass++)
        {
            _optimizer.zero_grad();
            var total = zeros(1);
            for (var i = 0; i < group.Completions.Count; i++)
            {
                var logp = Logp(group.Completions[i], group.PromptLength);
                var ratio = exp(logp - group.LogpAtSampling[i]);
                total = total + Clipped(ratio, advantage[i]).sum();
            }
            var loss = -total / TokenBudget;
            loss.backward();
            nn.utils.clip_grad_norm_(_policy.parameters(), 1.0);
            {|GRPO003:_optimizer.step()|};
        }
    }

    private static Tensor Clipped(Tensor ratio, Tensor a)
    {
        var plain = ratio * a;
        var bounded = ratio.clamp(0.8, 1.2) * a;
        return where(plain < bounded, plain, bounded);
    }

    private Tensor Logp(Tensor sequence, long promptLength)
    {
        var n = sequence.shape[0];
        var logits = _policy.forward(sequence.narrow(0, 0, n - 1).unsqueeze(0)).squeeze(0);
        var table = nn.functional.log_softmax(logits, -1);
        var picked = table.gather(1, sequence.narrow(0, 1, n - 1).unsqueeze(1)).squeeze(1);
        return picked.narrow(0, promptLength - 1, n - promptLength);
    }
}
