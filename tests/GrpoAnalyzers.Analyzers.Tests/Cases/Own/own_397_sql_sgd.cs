// case: own.397
// expect: none
// shape: plain SGD with group deviation, constant length normaliser, old log-probs refreshed every step
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace WarehouseQueries
{
    public sealed class RewardTable
    {
        private readonly float[][] rows;
        public RewardTable(float[][] rows) { this.rows = rows; }

        public float[] Normalised()
        {
            List<float> all = new List<float>();
            foreach (float[] row in rows)
            {
                float mean = 0f;
                for (int i = 0; i < row.Length; i++) mean += row[i];
                mean /= row.Length;
                float spread = 0f;
                for (int i = 0; i < row.Length; i++) spread += (row[i] - mean) * (row[i] - mean);
                spread = MathF.Sqrt(spread / row.Length);
                for (int i = 0; i < row.Length; i++) all.Add((row[i] - mean) / (spread + 1e-4f));
            }
            return all.ToArray();
        }
    }

    public interface ISampler
    {
        (Tensor ids, Tensor mask, RewardTable rewards) Collect(nn.Module<Tensor, Tensor> policy);
    }

    public sealed class QueryPolicyTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly TorchSharp.Modules.SGD optimizer;
        private readonly ISampler sampler;
        private const int LongestQuery = 256;

        public QueryPolicyTrainer(nn.Module<Tensor, Tensor> policy, ISampler sampler)
        {
            this.policy = policy;
            this.sampler = sampler;
            optimizer = optim.SGD(policy.parameters(), 0.01);
        }

        private Tensor LogProbs(Tensor ids)
        {
            Tensor logits = policy.call(ids.narrow(1, 0, ids.shape[1] - 1));
            Tensor labels = ids.narrow(1, 1, ids.shape[1] - 1);
            return nn.functional.log_softmax(logits, -1).gather(-1, labels.unsqueeze(-1)).squeeze(-1);
        }

        public void Run(int iterations)
        {
            for (int iteration = 0; iteration < iterations; iteration++)
            {
                using var scope = NewDisposeScope();
                (Tensor ids, Tensor wholeMask, RewardTable rewards) = sampler.Collect(policy);
                Tensor mask = wholeMask.narrow(1, 1, wholeMask.shape[1] - 1);
                Tensor advantages = tensor(rewards.Normalised()).view(-1, 1);
                Tensor old;
                using (no_grad())
                {
                    old = LogProbs(ids);
                }
                Tensor ratio = ((LogProbs(ids) - old) * mask).exp();
                Tensor clipped = ratio.clamp(0.8, 1.2);
                Tensor gain = minimum(ratio * advantages, clipped * advantages) * mask;
                Tensor loss = -(gain.sum(1) / LongestQuery).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
