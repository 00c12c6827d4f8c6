// case: own.434
// expect: none
// shape: PPO with critic and GAE, batch-wide masked whitening, learning rate adapted by KL each round
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Fabrikam.AltText;

public sealed record PpoSettings(int Epochs = 4, double Clip = 0.2, double Gamma = 1.0, double Lambda = 0.95,
    double ValueWeight = 0.1, double DesiredKl = 0.01);

public sealed record CaptionRollout(Tensor Ids, Tensor Mask, Tensor LogProbs, Tensor Values, Tensor Rewards);

public interface ICaptionEnvironment
{
    Task<(Tensor ids, Tensor mask, Tensor rewards)> CollectAsync();
}

public sealed class AltTextPpoService
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly nn.Module<Tensor, Tensor> _critic;
    private readonly ICaptionEnvironment _env;
    private readonly PpoSettings _s;
    private readonly optim.Optimizer _opt;

    public AltTextPpoService(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> critic, ICaptionEnvironment env, PpoSettings s)
    {
        (_policy, _critic, _env, _s) = (policy, critic, env, s);
        _opt = optim.Adam(policy.parameters().Concat(critic.parameters()), lr: 1e-5);
    }

    private Tensor LogProbs(Tensor ids) =>
        _policy.forward(ids[.., ..^1]).log_softmax(-1).gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);

    private Tensor Values(Tensor ids) => _critic.forward(ids[.., ..^1]).squeeze(-1);

    private Tensor Gae(CaptionRollout r)
    {
        var steps = r.Rewards.shape[1];
        var result = zeros_like(r.Rewards);
        var running = zeros(r.Rewards.shape[0]);
        for (var t = steps - 1; t >= 0; t--)
        {
            var next = t + 1 < steps ? r.Values[.., t + 1] : zeros(r.Rewards.shape[0]);
            var delta = r.Rewards[.., t] + _s.Gamma * next - r.Values[.., t];
            running = (delta + _s.Gamma * _s.Lambda * running) * r.Mask[.., t];
            result[.., t] = running;
        }
        return result;
    }

    private static Tensor WhitenBatch(Tensor x, Tensor mask)
    {
        var n = mask.sum();
        var mean = (x * mask).sum() / n;
        var variance = ((x - mean).square() * mask).sum() / n;
        return (x - mean) * (variance + 1e-8).rsqrt() * mask;
    }

    public async Task RunAsync(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            var (ids, mask, rewards) = await _env.CollectAsync();
            CaptionRollout rollout;
            using (no_grad())
                rollout = new CaptionRollout(ids, mask, LogProbs(ids), Values(ids), rewards);
            Update(rollout);
        }
    }

    private void Update(CaptionRollout r)
    {
        var raw = Gae(r);
        var returns = raw + r.Values;
        var adv = WhitenBatch(raw, r.Mask);
        var tokens = r.Mask.sum();
        for (var epoch = 0; epoch < _s.Epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var logRatio = (LogProbs(r.Ids) - r.LogProbs) * r.Mask;
            var ratio = logRatio.exp();
            AdaptRate(((ratio - 1 - logRatio) * r.Mask).sum().div(tokens).ToDouble());
            var surrogate = minimum(ratio * adv, ratio.clamp(1 - _s.Clip, 1 + _s.Clip) * adv);
            var value = ((Values(r.Ids) - returns).square() * r.Mask).sum() / tokens;
            var loss = -(surrogate * r.Mask).sum() / tokens + _s.ValueWeight * value;
            _opt.zero_grad();
            loss.backward();
            _opt.step();
        }
    }

    private void AdaptRate(double kl)
    {
        foreach (var g in _opt.ParamGroups)
        {
            if (kl > 2 * _s.DesiredKl) g.LearningRate = Math.Max(1e-7, g.LearningRate / 1.5);
            else if (kl < _s.DesiredKl / 2) g.LearningRate = Math.Min(1e-4, g.LearningRate * 1.5);
        }
    }
}
