// case: own.290
// expect: none
// shape: updates skipped by clip fraction
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnakeGame.Ai
{
    public class Memory
    {
        public readonly List<float[]> States = new();
        public readonly List<long> Actions = new();
        public readonly List<float> LogProbs = new(), Rewards = new(), Values = new();
        public readonly List<bool> Ends = new();
        public int Count => States.Count;
        public void Clear() { States.Clear(); Actions.Clear(); LogProbs.Clear(); Rewards.Clear(); Values.Clear(); Ends.Clear(); }
    }

    public class SnakeBrain
    {
        private readonly Sequential _trunk = nn.Sequential(nn.Linear(24, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU());
        private readonly Linear _policyHead = nn.Linear(96, 4);
        private readonly Linear _valueHead = nn.Linear(96, 1);
        private readonly AdamW _optimizer;
        private readonly Memory _memory = new();

        public SnakeBrain()
        {
            var all = _trunk.parameters().Concat(_policyHead.parameters()).Concat(_valueHead.parameters());
            _optimizer = optim.AdamW(all, lr: 7e-4);
        }

        public int Decide(float[] state)
        {
            using var _ = no_grad();
            var h = _trunk.call(tensor(state).unsqueeze(0));
            var dist = new Categorical(logits: _policyHead.call(h));
            var a = dist.sample();
            _memory.States.Add(state);
            _memory.Actions.Add(a.ToInt64());
            _memory.LogProbs.Add(dist.log_prob(a).ToSingle());
            _memory.Values.Add(_valueHead.call(h).ToSingle());
            return (int)a.ToInt64();
        }

        public void Feedback(float reward, bool end)
        {
            _memory.Rewards.Add(reward);
            _memory.Ends.Add(end);
            if (_memory.Count >= 2048) Learn();
        }

        private void Learn()
        {
            int n = _memory.Count;
            var advantages = new float[n];
            float gae = 0;
            for (int t = n - 1; t >= 0; t--)
            {
                float next = t == n - 1 || _memory.Ends[t] ? 0 : _memory.Values[t + 1];
                float delta = _memory.Rewards[t] + 0.99f * next - _memory.Values[t];
                gae = delta + (_memory.Ends[t] ? 0 : 0.99f * 0.95f * gae);
                advantages[t] = gae;
            }
            var states = stack(_memory.States.Select(s => tensor(s)));
            var actions = tensor(_memory.Actions.ToArray());
            var old = tensor(_memory.LogProbs.ToArray());
            var adv = tensor(advantages);
            var returns = adv + tensor(_memory.Values.ToArray());

            int skipped = 0;
            for (int epoch = 0; epoch < 6; epoch++)
            {
                var h = _trunk.call(states);
                var dist = new Categorical(logits: _policyHead.call(h));
                var ratio = (dist.log_prob(actions) - old).exp();
                var outside = (ratio - 1).abs().gt(0.2).to(ScalarType.Float32).mean().ToSingle();
                if (outside > 0.1f)
                {
                    skipped++;
                    continue;
                }
                var policy = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
                var value = nn.functional.smooth_l1_loss(_valueHead.call(h).squeeze(1), returns);
                var loss = policy + 0.5 * value - 0.01 * dist.entropy().mean();
                _optimizer.zero_grad();
                loss.backward();
                _optimizer.step();
            }
            Console.WriteLine($"snake: reward {_memory.Rewards.Sum():F1}, {skipped} of 6 epochs skipped");
            _memory.Clear();
        }
    }
}
