// case: own.354
// expect: none
// shape: rich logging of per-completion means of loss, entropy and KL plus reward z-scores in a dictionary; the trained loss is a token mean of centred advantages with a ratio skip
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Observability
{
    public interface IMetricSink { void Write(string key, double value); }

    public class ObservedTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly IMetricSink sink;
        private readonly optim.Optimizer opt;
        private readonly double maxDeviation;

        public ObservedTrainer(nn.Module<Tensor, Tensor> policy, IMetricSink sink, double maxDeviation = 0.3)
        {
            this.policy = policy;
            this.sink = sink;
            this.maxDeviation = maxDeviation;
            opt = optim.AdamW(policy.parameters(), 1e-6);
        }

        public void Train(Tensor ids, Tensor mask, Tensor rewards, int group, int epochs)
        {
            var table = rewards.view(-1, group);
            var centred = table - table.mean(new long[] { 1 }, keepdim: true);
            var adv = centred.view(-1, 1);
            LogRewards(table, centred);
            var old = Forward(ids).logp.detach();

            for (int epoch = 0; epoch < epochs; epoch++)
            {
                using var scope = NewDisposeScope();
                var (logp, entropy) = Forward(ids);
                var ratio = (logp - old).exp();
                var token = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
                LogRows("loss", token, mask);
                LogRows("entropy", entropy, mask);
                LogRows("kl", ratio - 1 - (logp - old), mask);

                var drift = (((ratio - 1).abs() * mask).sum() / mask.sum()).detach().ToDouble();
                sink.Write("drift", drift);
                if (drift > maxDeviation)
                    continue;

                var loss = (token * mask).sum() / mask.sum();
                opt.zero_grad();
                loss.backward();
                opt.step();
            }
        }

        private void LogRewards(Tensor table, Tensor centred)
        {
            using var ng = no_grad();
            var z = centred / (table.std(1, keepdim: true) + 1e-4);
            sink.Write("reward/mean", table.mean().ToDouble());
            sink.Write("reward/max_z", z.max().ToDouble());
        }

        private void LogRows(string name, Tensor values, Tensor mask)
        {
            using var ng = no_grad();
            var rows = (values.detach() * mask).sum(1) / mask.sum(1);
            sink.Write(name + "/row_mean", rows.mean().ToDouble());
            sink.Write(name + "/row_max", rows.max().ToDouble());
        }

        private (Tensor logp, Tensor entropy) Forward(Tensor ids)
        {
            var all = policy.forward(ids).log_softmax(-1);
            var logp = all.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            return (logp, -(all.exp() * all).sum(-1));
        }
    }
}
