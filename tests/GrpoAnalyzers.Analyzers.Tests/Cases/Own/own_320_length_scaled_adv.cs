// case: own.320
// expect: GRPO001, GRPO003
// shape: advantage divided by the reply's token count while preparing data, token sum in the loss, epochs x minibatches, property-based buffer
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Prepared
{
    public sealed class ReplayRow
    {
        public Tensor Ids { get; set; }
        public Tensor Mask { get; set; }
        public Tensor OldLogp { get; set; }
        public double Advantage { get; set; }
    }

    public sealed class RowFactory
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        public RowFactory(nn.Module<Tensor, Tensor> policy) => this.policy = policy;

        public List<ReplayRow> Build(IReadOnlyList<(Tensor ids, Tensor mask, double score)> group)
        {
            double baseline = group.Select(x => x.score).Average();
            var rows = new List<ReplayRow>();
            foreach (var (ids, mask, score) in group)
            {
                var tokens = mask.sum().ToDouble();
                using var ng = no_grad();
                rows.Add(new ReplayRow
                {
                    Ids = ids,
                    Mask = mask,
                    OldLogp = Scoring.Logp(policy, ids.unsqueeze(0))[0],
                    Advantage = {|GRPO001:(score - baseline) / tokens|}
                });
            }
            return rows;
        }
    }

    public static class Scoring
    {
        public static Tensor Logp(nn.Module<Tensor, Tensor> net, Tensor ids)
            => net.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }

    public sealed class ReplayTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly TorchSharp.Modules.AdamW opt;
        public int Epochs { get; set; } = 2;
        public int BatchSize { get; set; } = 16;

        public ReplayTrainer(nn.Module<Tensor, Tensor> policy)
        {
            this.policy = policy;
            opt = optim.AdamW(policy.parameters(), 1e-6);
        }

        public void Train(List<ReplayRow> rows)
        {
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                var perm = randperm(rows.Count).data<long>().ToArray();
                for (int at = 0; at < perm.Length; at += BatchSize)
                {
                    var pick = perm.Skip(at).Take(BatchSize).Select(i => rows[(int)i]).ToArray();
                    var ids = stack(pick.Select(r => r.Ids));
                    var mask = stack(pick.Select(r => r.Mask));
                    var old = stack(pick.Select(r => r.OldLogp));
                    var adv = tensor(pick.Select(r => (float)r.Advantage).ToArray()).unsqueeze(1);
                    var ratio = (Scoring.Logp(policy, ids) - old).exp();
                    var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / pick.Length;
                    opt.zero_grad();
                    loss.backward();
                    {|GRPO003:opt.step()|};
                }
            }
        }
    }
}
