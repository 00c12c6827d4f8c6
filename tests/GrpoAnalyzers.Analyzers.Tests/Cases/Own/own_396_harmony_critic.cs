// case: own.396
// expect: none
// shape: actor-critic with GAE, batch-wide whitening, token mean, single pass over disjoint minibatches
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Harmony
{
    public class ChordNetwork : nn.Module<Tensor, (Tensor, Tensor)>
    {
        private readonly TorchSharp.Modules.Embedding chords;
        private readonly TorchSharp.Modules.Linear actor;
        private readonly TorchSharp.Modules.Linear critic;

        public ChordNetwork(int vocabulary) : base("chords")
        {
            chords = nn.Embedding(vocabulary, 96);
            actor = nn.Linear(96, vocabulary);
            critic = nn.Linear(96, 1);
            RegisterComponents();
        }

        public override (Tensor, Tensor) forward(Tensor ids)
        {
            Tensor hidden = chords.call(ids).cumsum(1).tanh();
            return (actor.call(hidden), critic.call(hidden).squeeze(-1));
        }
    }

    public static class Gae
    {
        public static (float[,] advantages, float[,] returns) Compute(float[,] rewards, float[,] values, float[,] mask, float gamma, float lambda)
        {
            int rows = rewards.GetLength(0), steps = rewards.GetLength(1);
            float[,] advantages = new float[rows, steps];
            float[,] returns = new float[rows, steps];
            for (int r = 0; r < rows; r++)
            {
                float running = 0f;
                for (int t = steps - 1; t >= 0; t--)
                {
                    float next = t + 1 < steps ? values[r, t + 1] * mask[r, t + 1] : 0f;
                    float delta = rewards[r, t] + gamma * next - values[r, t];
                    running = (delta + gamma * lambda * running) * mask[r, t];
                    advantages[r, t] = running;
                    returns[r, t] = running + values[r, t];
                }
            }
            return (advantages, returns);
        }
    }

    public class HarmonyTrainer
    {
        private readonly ChordNetwork network;
        private readonly TorchSharp.Modules.Adam optimizer;

        public HarmonyTrainer(ChordNetwork network)
        {
            this.network = network;
            optimizer = optim.Adam(network.parameters(), 3e-4);
        }

        private (Tensor logProbs, Tensor values) Evaluate(Tensor ids)
        {
            (Tensor logits, Tensor values) = network.call(ids.narrow(1, 0, ids.shape[1] - 1));
            Tensor target = ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1);
            return (logits.log_softmax(-1).gather(-1, target).squeeze(-1), values);
        }

        public void Update(Tensor ids, float[,] rewards, float[,] padding, int chunk)
        {
            Tensor old, baseline;
            using (no_grad())
            {
                (old, baseline) = Evaluate(ids);
            }
            int rows = rewards.GetLength(0), steps = rewards.GetLength(1);
            float[] flatValues = baseline.contiguous().data<float>().ToArray();
            float[,] values = new float[rows, steps];
            for (int i = 0; i < flatValues.Length; i++) values[i / steps, i % steps] = flatValues[i];
            (float[,] a, float[,] g) = Gae.Compute(rewards, values, padding, 0.99f, 0.95f);
            Tensor mask = tensor(padding);
            Tensor advantages = tensor(a);
            Tensor returns = tensor(g);

            // whitening over every valid token of the whole rollout
            Tensor valid = advantages.masked_select(mask.gt(0));
            advantages = (advantages - valid.mean()) / (valid.std() + 1e-8);

            // one pass: every row is used for exactly one step
            for (int first = 0; first < rows; first += chunk)
            {
                using var scope = NewDisposeScope();
                int count = Math.Min(chunk, rows - first);
                Tensor m = mask.narrow(0, first, count);
                Tensor adv = advantages.narrow(0, first, count);
                (Tensor now, Tensor predicted) = Evaluate(ids.narrow(0, first, count));
                Tensor ratio = ((now - old.narrow(0, first, count)) * m).exp();
                Tensor surrogate = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
                Tensor policyLoss = -(surrogate * m).sum() / m.sum();
                Tensor valueLoss = ((predicted - returns.narrow(0, first, count)).square() * m).sum() / m.sum();
                Tensor loss = policyLoss + 0.5 * valueLoss;
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
