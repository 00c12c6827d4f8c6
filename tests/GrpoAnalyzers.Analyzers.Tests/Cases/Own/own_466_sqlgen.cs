// case: own.466
// expect: GRPO002
// shape: extension method whitening with rsqrt of the group's variance, token mean, single update
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace TextToSql
{
    public static class RewardExtensions
    {
        /// <summary>rewards: questions x candidates.</summary>
        public static Tensor Standardize(this Tensor rewards)
        {
            var centred = rewards - rewards.mean(new long[] { 1 }, keepdim: true);
            var variance = centred.square().mean(new long[] { 1 }, keepdim: true);
            return {|GRPO002:centred * (variance + 1e-6).rsqrt()|};
        }

        public static Tensor TokenMean(this Tensor values, Tensor mask) =>
            (values * mask).sum() / mask.sum();
    }

    public sealed record SqlEpisode(Tensor Tokens, Tensor CompletionMask, Tensor ExecutionReward);

    public interface ISqlEnvironment
    {
        SqlEpisode Play(nn.Module<Tensor, Tensor> policy, int candidates);
    }

    public sealed class SqlTrainerBuilder
    {
        private nn.Module<Tensor, Tensor>? _policy;
        private ISqlEnvironment? _environment;
        private double _lr = 1e-6;
        private int _candidates = 8;

        public SqlTrainerBuilder WithPolicy(nn.Module<Tensor, Tensor> policy) { _policy = policy; return this; }
        public SqlTrainerBuilder WithEnvironment(ISqlEnvironment env) { _environment = env; return this; }
        public SqlTrainerBuilder WithLearningRate(double lr) { _lr = lr; return this; }
        public SqlTrainerBuilder WithCandidates(int n) { _candidates = n; return this; }
        public SqlTrainer Build() => new(_policy!, _environment!, _lr, _candidates);
    }

    public sealed class SqlTrainer
    {
        private readonly nn.Module<Tensor, Tensor> _policy;
        private readonly ISqlEnvironment _environment;
        private readonly optim.Optimizer _optimizer;
        private readonly int _candidates;

        internal SqlTrainer(nn.Module<Tensor, Tensor> policy, ISqlEnvironment environment, double lr, int candidates)
        {
            _policy = policy;
            _environment = environment;
            _candidates = candidates;
            _optimizer = optim.NAdam(policy.parameters(), lr);
        }

        public IEnumerable<double> Train(int iterations)
        {
            for (var i = 0; i < iterations; i++)
            {
                using var scope = NewDisposeScope();
                var episode = _environment.Play(_policy, _candidates);
                var advantages = episode.ExecutionReward
                    .view(-1, _candidates)
                    .Standardize()
                    .view(-1, 1);

                var loss = -(LogProbs(episode.Tokens) * advantages).TokenMean(episode.CompletionMask);
                _optimizer.zero_grad();
                loss.backward();
                _optimizer.step();
                yield return episode.ExecutionReward.mean().ToDouble();
            }
        }

        private Tensor LogProbs(Tensor tokens)
        {
            var n = tokens.shape[1] - 1;
            var logp = nn.functional.log_softmax(_policy.call(tokens.narrow(1, 0, n)), -1);
            return logp.gather(-1, tokens.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
        }
    }
}
