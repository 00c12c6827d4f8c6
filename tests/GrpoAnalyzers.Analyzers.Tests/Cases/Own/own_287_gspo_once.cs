// case: own.287
// expect: none
// shape: GSPO, disjoint mini-batches once, centring
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SequencePolicy
{
    public interface IGenerator
    {
        (Tensor ids, Tensor mask, Tensor logps) Generate(Tensor prompts, int n);
    }

    public class SequenceRatioTrainer
    {
        private readonly nn.Module<Tensor, Tensor> _net;
        private readonly IGenerator _generator;
        private readonly Func<Tensor, Tensor> _reward;
        private readonly optim.Optimizer _opt;

        public SequenceRatioTrainer(nn.Module<Tensor, Tensor> net, IGenerator generator, Func<Tensor, Tensor> reward)
        {
            _net = net;
            _generator = generator;
            _reward = reward;
            _opt = optim.AdamW(net.parameters(), 1e-6);
        }

        public void Iterate(Tensor prompts, int n, int splits)
        {
            var (ids, mask, oldLogps) = _generator.Generate(prompts, n);
            var rewards = _reward(ids).reshape(-1, n);
            var advantages = (rewards - rewards.mean(new long[] { 1 }, keepdim: true)).reshape(-1);

            var idParts = ids.chunk(splits);
            var maskParts = mask.chunk(splits);
            var oldParts = oldLogps.chunk(splits);
            var advParts = advantages.chunk(splits);
            for (int i = 0; i < idParts.Length; i++)
            {
                var logps = Logps(idParts[i]);
                var logRatio = ((logps - oldParts[i]) * maskParts[i]).sum(-1) / maskParts[i].sum(-1);
                var s = logRatio.exp();
                var objective = torch.min(s * advParts[i], s.clamp(1 - 3e-4, 1 + 4e-4) * advParts[i]);
                _opt.zero_grad();
                (-objective.mean()).backward();
                _opt.step();
            }
        }

        private Tensor Logps(Tensor ids)
        {
            var t = ids.shape[1];
            return _net.call(ids.slice(1, 0, t - 1, 1)).log_softmax(-1).gather(-1, ids.slice(1, 1, t, 1).unsqueeze(-1)).squeeze(-1);
        }
    }
}
