// case: own.271
// expect: GRPO001, GRPO002, GRPO003
// shape: generic trainer, estimator behind an interface in another class; 002
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Rl.Abstractions
{
    public interface IAdvantageEstimator
    {
        Tensor Estimate(Tensor rewards);
    }

    public interface ITokenPolicy
    {
        Tensor LogProbs(Tensor prompt, Tensor completion);
        IEnumerable<Parameter> Trainable();
    }

    public interface IExperienceSource<TPolicy> where TPolicy : ITokenPolicy
    {
        IEnumerable<Group> Draw(TPolicy policy, int groups);
    }

    public sealed class Group
    {
        public Tensor Prompt { get; set; } = null!;
        public List<Tensor> Completions { get; } = new();
        public List<Tensor> BehaviourLogProbs { get; } = new();
        public Tensor Rewards { get; set; } = null!;
    }
}

namespace Rl.Estimators
{
    using Rl.Abstractions;

    public sealed class ZScore : IAdvantageEstimator
    {
        public double Epsilon { get; init; } = 1e-4;

        public override string ToString() => $"z-score (eps {Epsilon:G2})";

        public Tensor Estimate(Tensor rewards)
        {
            Tensor deviation = torch.std(rewards, unbiased: false);
            return {|GRPO002:(rewards - rewards.mean()) / (deviation + Epsilon)|};
        }
    }
}

namespace Rl.Sources
{
    using Rl.Abstractions;

    /// <summary>Asks a sampler for completions and a judge for rewards.</summary>
    public sealed class LiveSource<TPolicy> : IExperienceSource<TPolicy> where TPolicy : ITokenPolicy
    {
        private readonly Func<Tensor> _nextPrompt;
        private readonly Func<TPolicy, Tensor, Tensor> _sample;
        private readonly Func<Tensor, Tensor, float> _judge;
        private readonly int _size;

        public LiveSource(Func<Tensor> nextPrompt, Func<TPolicy, Tensor, Tensor> sample, Func<Tensor, Tensor, float> judge, int size)
        {
            _nextPrompt = nextPrompt;
            _sample = sample;
            _judge = judge;
            _size = size;
        }

        public IEnumerable<Group> Draw(TPolicy policy, int groups)
        {
            for (int n = 0; n < groups; n++)
            {
                Group group = new() { Prompt = _nextPrompt() };
                float[] rewards = new float[_size];
                using (torch.no_grad())
                {
                    for (int i = 0; i < _size; i++)
                    {
                        Tensor completion = _sample(policy, group.Prompt);
                        group.Completions.Add(completion);
                        group.BehaviourLogProbs.Add(policy.LogProbs(group.Prompt, completion));
                        rewards[i] = _judge(group.Prompt, completion);
                    }
                }
                group.Rewards = torch.tensor(rewards);
                yield return group;
            }
        }
    }
}

namespace Rl.Training
{
    using Rl.Abstractions;
    using Rl.Estimators;

    public class GroupRelativeTrainer<TPolicy> where TPolicy : class, ITokenPolicy
    {
        private readonly TPolicy _policy;
        private readonly IExperienceSource<TPolicy> _source;
        private readonly IAdvantageEstimator _estimator;
        private readonly Adam _adam;

        public GroupRelativeTrainer(TPolicy policy, IExperienceSource<TPolicy> source, double lr, IAdvantageEstimator? estimator = null)
        {
            _policy = policy;
            _source = source;
            _estimator = estimator ?? new ZScore();
            _adam = torch.optim.Adam(policy.Trainable(), lr);
        }

        public event Action<int, float>? Improved;

        public float Evaluate(IEnumerable<Group> heldOut)
        {
            using var guard = torch.no_grad();
            float sum = 0;
            int count = 0;
            foreach (Group group in heldOut)
            {
                // how often does the policy prefer the best rated completion?
                Tensor scores = torch.stack(ScoreAll(group));
                sum += scores.argmax().ToInt64() == group.Rewards.argmax().ToInt64() ? 1 : 0;
                count++;
            }
            return count == 0 ? float.NaN : sum / count;
        }

        private List<Tensor> ScoreAll(Group group)
        {
            List<Tensor> scores = new();
            foreach (Tensor completion in group.Completions)
                scores.Add(_policy.LogProbs(group.Prompt, completion).sum());
            return scores;
        }

        public void Train(int rounds, int groupsPerRound, int replays)
        {
            for (int round = 0; round < rounds; round++)
            {
                float reward = 0;
                foreach (Group group in _source.Draw(_policy, groupsPerRound))
                {
                    Tensor advantages = _estimator.Estimate(group.Rewards);
                    for (int replay = 0; replay < replays; replay++)
                    {
                        _adam.zero_grad();
                        GroupLoss(group, advantages).backward();
                        {|GRPO003:_adam.step()|};
                    }
                    reward += group.Rewards.mean().ToSingle() / groupsPerRound;
                }
                Improved?.Invoke(round, reward);
            }
        }

        protected virtual Tensor GroupLoss(Group group, Tensor advantages)
        {
            List<Tensor> perCompletion = new();
            for (int i = 0; i < group.Completions.Count; i++)
            {
                Tensor logp = _policy.LogProbs(group.Prompt, group.Completions[i]);
                Tensor ratio = torch.exp(logp - group.BehaviourLogProbs[i].detach());
                Tensor plain = ratio * advantages[i];
                Tensor bounded = torch.clamp(ratio, 0.8f, 1.2f) * advantages[i];
                perCompletion.Add({|GRPO001:torch.mean(torch.minimum(plain, bounded))|});
            }
            return -torch.stack(perCompletion).mean();
        }
    }
}
