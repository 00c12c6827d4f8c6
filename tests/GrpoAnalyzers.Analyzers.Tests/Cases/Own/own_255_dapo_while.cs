// case: own.255
// expect: GRPO002, GRPO003
// shape: NAdam, while loop with a constructor-given bound, token mean, maximum of negated terms
using System;
using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Reasoner.Training
{
    public struct RolloutBatch
    {
        public Tensor TokenIds;      // [P*G, T] int64
        public Tensor ResponseMask;  // [P*G, T] float
        public Tensor Rewards;       // [P*G]
        public int PromptCount;
        public int GroupCount;
    }

    public interface IRolloutEngine
    {
        RolloutBatch Collect();
        void Sync(nn.Module weights);
    }

    public class DapoTrainer : IDisposable
    {
        private readonly nn.Module<Tensor, Tensor> _actor;
        private readonly IRolloutEngine _engine;
        private readonly NAdam _optim;
        private readonly int _optimizationSteps;

        public DapoTrainer(nn.Module<Tensor, Tensor> actor, IRolloutEngine engine, int optimizationSteps)
        {
            _actor = actor;
            _engine = engine;
            _optimizationSteps = optimizationSteps;
            _optim = optim.NAdam(actor.parameters(), lr: 1e-6);
        }

        public void Run(int rounds)
        {
            var clock = Stopwatch.StartNew();
            for (int round = 1; round <= rounds; ++round)
            {
                using (NewDisposeScope())
                {
                    RolloutBatch batch = _engine.Collect();
                    float loss = Optimize(batch);
                    _engine.Sync(_actor);
                    Console.WriteLine("[{0:c}] round {1}: loss={2:F5}", clock.Elapsed, round, loss);
                }
            }
        }

        private Tensor GroupAdvantage(RolloutBatch batch)
        {
            Tensor grid = batch.Rewards.reshape(batch.PromptCount, batch.GroupCount);
            Tensor mu = grid.mean(new long[] { 1 }, keepdim: true);
            Tensor sigma = grid.std(1, unbiased: true, keepdim: true);
            Tensor z = {|GRPO002:(grid - mu) / (sigma + 1e-6)|};
            return z.reshape(-1).unsqueeze(-1);
        }

        private Tensor LogProbs(Tensor ids)
        {
            Tensor logits = _actor.call(ids)[TensorIndex.Colon, TensorIndex.Slice(null, -1)];
            Tensor labels = ids[TensorIndex.Colon, TensorIndex.Slice(1, null)];
            Tensor picked = logits.gather(2, labels.unsqueeze(2)).squeeze(2);
            return picked - logits.logsumexp(2);
        }

        private float Optimize(RolloutBatch batch)
        {
            Tensor advantage = GroupAdvantage(batch);
            Tensor mask = batch.ResponseMask[TensorIndex.Colon, TensorIndex.Slice(1, null)];
            Tensor behaviour;
            using (no_grad()) behaviour = LogProbs(batch.TokenIds).detach();

            float value = 0f;
            int done = 0;
            while (done < _optimizationSteps)
            {
                _optim.zero_grad();
                Tensor logRatio = (LogProbs(batch.TokenIds) - behaviour) * mask;
                Tensor ratio = logRatio.exp();
                Tensor unclipped = -advantage * ratio;
                Tensor clippedTerm = -advantage * ratio.clamp(0.8, 1.28);
                Tensor tokenLoss = maximum(unclipped, clippedTerm) * mask;
                Tensor loss = tokenLoss.sum() / mask.sum();   // every token of the batch counts the same
                loss.backward();
                {|GRPO003:_optim.step()|};
                value = loss.item<float>();
                done++;
            }
            return value;
        }

        public void Dispose() => _optim.Dispose();
    }
}
