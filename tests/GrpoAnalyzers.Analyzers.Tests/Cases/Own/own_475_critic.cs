// case: own.475
// expect: none
// shape: token-level PPO with value head, GAE, batch whitening, KL stop across epochs
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Rlhf.Ppo
{
    public interface IActorCritic
    {
        (Tensor logProbs, Tensor values) Evaluate(Tensor tokens);
        IEnumerable<TorchSharp.Modules.Parameter> Weights { get; }
    }

    public sealed record PpoSettings
    {
        public double Gamma { get; init; } = 1.0;
        public double Lambda { get; init; } = 0.95;
        public double Clip { get; init; } = 0.2;
        public double KlLimit { get; init; } = 0.03;
        public double ValueWeight { get; init; } = 0.1;
        public int Epochs { get; init; } = 4;
    }

    public sealed class PpoLearner<TModel> where TModel : IActorCritic
    {
        private readonly TModel _model;
        private readonly PpoSettings _settings;
        private readonly optim.Optimizer _optimizer;

        public PpoLearner(TModel model, PpoSettings settings)
        {
            _model = model;
            _settings = settings;
            _optimizer = optim.Adam(model.Weights, lr: 1e-6, eps: 1e-8);
        }

        public void Learn(Tensor tokens, Tensor mask, Tensor tokenRewards)
        {
            Tensor oldLogProbs, oldValues;
            using (no_grad()) (oldLogProbs, oldValues) = _model.Evaluate(tokens);
            var raw = Gae(tokenRewards, oldValues, mask);
            var returns = raw + oldValues;
            var advantages = Whiten(raw, mask);

            for (var epoch = 0; epoch < _settings.Epochs; epoch++)
            {
                using var scope = NewDisposeScope();
                var (logProbs, values) = _model.Evaluate(tokens);
                var ratio = (logProbs - oldLogProbs).exp();
                var policy = -MaskedMean(
                    minimum(ratio * advantages, ratio.clamp(1 - _settings.Clip, 1 + _settings.Clip) * advantages), mask);
                var value = MaskedMean((values - returns).square(), mask);

                _optimizer.zero_grad();
                (policy + _settings.ValueWeight * value).backward();
                _optimizer.step();

                var kl = MaskedMean((oldLogProbs - logProbs).detach().square() * 0.5, mask).ToDouble();
                if (kl > _settings.KlLimit) return;
            }
        }

        private Tensor Gae(Tensor rewards, Tensor values, Tensor mask)
        {
            var steps = rewards.shape[1];
            var running = zeros(rewards.shape[0]);
            var result = new Tensor[steps];
            for (var t = steps - 1; t >= 0; t--)
            {
                var next = t + 1 < steps ? values.select(1, t + 1) * mask.select(1, t + 1) : zeros(rewards.shape[0]);
                var delta = rewards.select(1, t) + _settings.Gamma * next - values.select(1, t);
                running = delta + _settings.Gamma * _settings.Lambda * running;
                result[t] = running;
            }
            return stack(result, 1);
        }

        private static Tensor Whiten(Tensor x, Tensor mask)
        {
            var mean = MaskedMean(x, mask);
            var variance = MaskedMean((x - mean).square(), mask);
            return (x - mean) * (variance + 1e-8).rsqrt();
        }

        private static Tensor MaskedMean(Tensor x, Tensor mask) => (x * mask).sum() / mask.sum();
    }
}
