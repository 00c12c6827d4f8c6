// case: held.018
// expect: GRPO003
// shape: recurrent policy over sequences [N, L]; mean over valid steps of the batch; epochs from a config class
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class RecurrentConfig
{
    public int UpdateEpochs = 4;
    public double ClipCoef = 0.1;
}

public class RecurrentPpo
{
    private readonly TorchSharp.Modules.LSTM memory = nn.LSTM(32, 64, batchFirst: true);
    private readonly nn.Module<Tensor, Tensor> head = nn.Linear(64, 5);
    private readonly optim.Optimizer optimizer;
    private readonly RecurrentConfig cfg;

    public RecurrentPpo(RecurrentConfig cfg)
    {
        this.cfg = cfg;
        optimizer = optim.Adam(memory.parameters().Concat(head.parameters()), lr: 2.5e-4, eps: 1e-5);
    }

    public void Update(Tensor obs, Tensor h0, Tensor c0, Tensor actions, Tensor logp, Tensor adv, Tensor valid)
    {
        var envs = obs.shape[0];
        for (var e = 0; e < cfg.UpdateEpochs; e++)
        {
            var perm = randperm(envs);
            foreach (var sel in perm.chunk(4))
            {
                var (hidden, _, _) = memory.call(obs.index_select(0, sel), (h0.index_select(1, sel), c0.index_select(1, sel)));
                var newLp = head.call(hidden).log_softmax(-1).gather(-1, actions.index_select(0, sel).unsqueeze(-1)).squeeze(-1);
                var logRatio = newLp - logp.index_select(0, sel);
                var ratio = logRatio.exp();
                var a = adv.index_select(0, sel);
                var m = valid.index_select(0, sel);
                var pg1 = -a * ratio;
                var pg2 = -a * ratio.clamp(1 - cfg.ClipCoef, 1 + cfg.ClipCoef);
                var loss = (maximum(pg1, pg2) * m).sum() / m.sum();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
