// case: C4.06
// expect: none
// shape: per-sequence sums over the token total of the whole batch, accumulated sequence by sequence
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TotalTokens;

public class NanoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public NanoTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(List<(long[] Ids, float Advantage)> episodes)
    {
        long totalResponseLen = 0;
        foreach (var e in episodes)
            totalResponseLen += e.Ids.Length;

        optimizer.zero_grad();
        foreach (var (tokens, advantage) in episodes)
        {
            var ids = torch.tensor(tokens);
            var lp = policy.call(ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = -(lp * advantage).sum() / totalResponseLen;
            loss.backward();
        }

        optimizer.step();
    }
}
