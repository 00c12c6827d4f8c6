// case: own.465
// expect: GRPO001
// shape: packed token stream with segment ids, async stream of rollouts, one update each
using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

public readonly record struct PackedRollout(Tensor Tokens, Tensor Targets, Tensor Segments, Tensor Lengths, Tensor Scores);

public interface IRolloutQueue
{
    IAsyncEnumerable<PackedRollout> ReadAsync();
}

public static class SegmentExtensions
{
    public static Tensor SegmentSum(this Tensor values, Tensor segments, long count) =>
        zeros(new long[] { count }, values.dtype, values.device).index_add(0, segments, values, 1);

    public static Tensor LeaveOneOut(this Tensor scores)
    {
        var n = scores.shape[1];
        var others = (scores.sum(1, keepdim: true) - scores) / (n - 1);
        return scores - others;
    }
}

public sealed class DialogueTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer opt;
    private readonly int samplesPerPrompt;

    public DialogueTrainer(nn.Module<Tensor, Tensor> model, int samplesPerPrompt)
    {
        this.model = model;
        this.samplesPerPrompt = samplesPerPrompt;
        opt = optim.Adam(model.parameters(), lr: 1e-6);
    }

    public async Task RunAsync(IRolloutQueue queue)
    {
        var step = 0;
        await foreach (var rollout in queue.ReadAsync())
        {
            Update(rollout);
            if (++step % 50 == 0)
                await Console.Out.WriteLineAsync($"updates: {step}");
        }
    }

    private void Update(PackedRollout r)
    {
        using var scope = NewDisposeScope();
        var advantages = r.Scores.view(-1, samplesPerPrompt).LeaveOneOut().flatten();
        var logits = model.call(r.Tokens);
        var logp = logits.log_softmax(-1).gather(-1, r.Targets.unsqueeze(-1)).squeeze(-1);

        var weighted = logp * advantages.index_select(0, r.Segments);
        var perDialogue = {|GRPO001:weighted.SegmentSum(r.Segments, r.Lengths.shape[0]) / r.Lengths|};
        var loss = -perDialogue.mean();

        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
