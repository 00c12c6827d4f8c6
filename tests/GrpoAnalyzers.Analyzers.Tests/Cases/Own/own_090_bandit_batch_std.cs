// case: own.090
// expect: none
// shape: contextual bandit with one action a row and Adam: rewards standardised over the batch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class Bandit
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public Bandit(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-3);
    }

    public void Learn(float[][] contexts, long[] arms, float[] rewards)
    {
        var x = stack(contexts.Select(c => tensor(c)).ToList());
        var r = tensor(rewards);
        var z = (r - r.mean()) / (r.std() + 1e-6);
        var lp = policy.call(x).log_softmax(1).gather(1, tensor(arms).unsqueeze(1)).squeeze(1);
        var loss = -(z * lp).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
