// case: own.330
// expect: GRPO002
// shape: token mean and a single update; group deviation hidden in an expression-bodied property of a reward table class
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Puzzle
{
    public sealed class RewardTable
    {
        private readonly Tensor raw;   // [P, G]
        public RewardTable(float[,] values) => raw = tensor(values);

        public Tensor Mean => raw.mean(new long[] { 1 }, keepdim: true);
        public Tensor Deviation => raw.std(1, keepdim: true) + 1e-4;
        public Tensor Normalized => {|GRPO002:(raw - Mean) / Deviation|};
        public float Overall => raw.mean().ToSingle();
    }

    public sealed class PuzzleTrainer
    {
        private readonly nn.Module<Tensor, Tensor> solver;
        private readonly optim.Optimizer optimizer;
        private readonly Action<string, float> log;

        public PuzzleTrainer(nn.Module<Tensor, Tensor> solver, Action<string, float> log)
        {
            this.solver = solver;
            this.log = log;
            optimizer = optim.AdamW(solver.parameters(), 3e-6);
        }

        public void OnBatch(Tensor ids, Tensor mask, float[,] scores)
        {
            var table = new RewardTable(scores);
            var weight = table.Normalized.reshape(-1).unsqueeze(-1);
            var lp = solver.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = -(lp * weight * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            log("loss", loss.ToSingle());
            log("reward", table.Overall);
        }
    }
}
