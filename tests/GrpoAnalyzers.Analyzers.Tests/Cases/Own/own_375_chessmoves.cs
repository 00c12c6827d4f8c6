// case: own.375
// expect: GRPO002, GRPO003
// shape: chess move sequences as tokens, 3-D groups [P, G, T], action delegates, token-sum loss
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace MoveSequences;

public sealed class Lines
{
    public required Tensor Moves { get; init; }   // [P, G, T] move tokens
    public required Tensor Valid { get; init; }   // [P, G, T] float
    public required Tensor Outcome { get; init; } // [P, G]
}

public static class LineMath
{
    public static Tensor Standardise(this Tensor outcome)
    {
        var centred = outcome - outcome.mean(new long[] { -1 }, keepdim: true);
        var variance = centred.square().mean(new long[] { -1 }, keepdim: true);
        return {|GRPO002:centred * (variance + 1e-6).rsqrt()|};
    }

    public static Tensor Pessimistic(this Tensor ratio, Tensor a, double eps) =>
        torch.min(ratio * a, ratio.clip(1 - eps, 1 + eps) * a);
}

public sealed class MoveTrainer : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _net;
    private readonly optim.Optimizer _opt;

    public MoveTrainer(nn.Module<Tensor, Tensor> net)
    {
        _net = net;
        _opt = optim.NAdam(net.parameters(), 5e-6);
    }

    private Tensor Evaluate(Tensor moves)
    {
        var (p, g, t) = (moves.shape[0], moves.shape[1], moves.shape[2]);
        var flat = moves.view(p * g, t);
        var logits = _net.call(flat);
        var lp = nn.functional.log_softmax(logits.narrow(1, 0, t - 1), -1);
        return lp.gather(2, flat.narrow(1, 1, t - 1).unsqueeze(2)).squeeze(2).view(p, g, t - 1);
    }

    private void Step(Func<Tensor> objective)
    {
        _opt.zero_grad();
        using var loss = objective();
        loss.backward();
        {|GRPO003:_opt.step()|};
    }

    public void Improve(Lines lines, int sweeps = 6)
    {
        Tensor frozen;
        using (no_grad()) frozen = Evaluate(lines.Moves).detach();
        var valid = lines.Valid.narrow(2, 1, lines.Valid.shape[2] - 1);
        var a = lines.Outcome.Standardise().unsqueeze(-1);
        var tokens = valid.sum();

        for (var s = 0; s < sweeps; ++s)
        {
            Step(() =>
            {
                var ratio = (Evaluate(lines.Moves) - frozen).exp();
                return -(ratio.Pessimistic(a, 0.2) * valid).sum() / tokens;
            });
        }
    }

    public void Dispose() => _opt.Dispose();
}
