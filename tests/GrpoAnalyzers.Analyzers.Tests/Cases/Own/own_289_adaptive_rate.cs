// case: own.289
// expect: none
// shape: learning rate adapted by KL inside the update loop, critic and batch whitening; ambiguous: the rate never reaches 0, but the text counts an adapted rate as a guard
using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Quadruped;

/// Legged locomotion in thousands of parallel simulators; the learning rate follows the measured KL.
public sealed class LocomotionLearner
{
    private readonly Sequential _actor, _critic;
    private readonly Parameter _logSigma;
    private readonly Adam _adam;
    private double _rate = 1e-3;

    private const double DesiredKl = 0.01;
    private const int LearningEpochs = 5;
    private const int MiniBatches = 4;

    public LocomotionLearner(int observations, int joints)
    {
        _actor = nn.Sequential(nn.Linear(observations, 512), nn.SiLU(), nn.Linear(512, 256), nn.SiLU(), nn.Linear(256, joints));
        _critic = nn.Sequential(nn.Linear(observations, 512), nn.SiLU(), nn.Linear(512, 256), nn.SiLU(), nn.Linear(256, 1));
        _logSigma = new Parameter(zeros(joints));
        _adam = optim.Adam(_actor.parameters().Concat(_critic.parameters()).Append(_logSigma), _rate);
    }

    public void Update(Tensor obs, Tensor actions, Tensor oldLogProb, Tensor oldMean, Tensor oldSigma, Tensor returns, Tensor values)
    {
        var advantages = returns - values;
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);

        for (int epoch = 0; epoch < LearningEpochs; epoch++)
            foreach (var index in randperm(obs.shape[0], ScalarType.Int64).chunk(MiniBatches))
            {
                using var scope = NewDisposeScope();
                var mean = _actor.call(obs[index]);
                var sigma = _logSigma.exp().expand_as(mean);
                var logProb = new Normal(mean, sigma).log_prob(actions[index]).sum(-1);

                using (no_grad())
                {
                    var kl = (log(sigma / oldSigma[index] + 1e-5)
                              + (oldSigma[index].square() + (oldMean[index] - mean).square()) / (2 * sigma.square()) - 0.5).sum(-1).mean().ToDouble();
                    if (kl > DesiredKl * 2) _rate = Math.Max(1e-5, _rate / 1.5);
                    else if (kl < DesiredKl / 2 && kl > 0) _rate = Math.Min(1e-2, _rate * 1.5);
                    foreach (var g in _adam.ParamGroups) g.LearningRate = _rate;
                }

                var ratio = exp(logProb - oldLogProb[index]);
                var surrogate = -advantages[index] * ratio;
                var clipped = -advantages[index] * ratio.clamp(0.8, 1.2);
                var policy = maximum(surrogate, clipped).mean();
                var value = (returns[index] - _critic.call(obs[index]).squeeze(-1)).square().mean();
                _adam.zero_grad();
                (policy + value).backward();
                nn.utils.clip_grad_norm_(_adam.parameters(), 1.0);
                _adam.step();
            }
    }
}
