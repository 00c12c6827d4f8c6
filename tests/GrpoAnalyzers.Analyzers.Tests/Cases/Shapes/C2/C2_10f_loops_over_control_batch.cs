// case: C2.10
// expect: none
// shape: the same loops over all steps of many episodes in a control trainer with a value net: batch-wide
using System;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LoopControl;

public class LoopPpo
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> value;
    private readonly optim.Optimizer optimizer;

    public LoopPpo(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> value)
    {
        this.policy = policy;
        this.value = value;
        optimizer = optim.Adam(policy.parameters(), 3e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor old, float[] returns)
    {
        float[] v;
        using (no_grad())
            v = value.call(obs).squeeze(-1).data<float>().ToArray();
        var adv = new float[returns.Length];
        float mean = 0f;
        for (int i = 0; i < adv.Length; i++)
        {
            adv[i] = returns[i] - v[i];
            mean += adv[i] / adv.Length;
        }

        float var = 0f;
        for (int i = 0; i < adv.Length; i++)
            var += (adv[i] - mean) * (adv[i] - mean);
        float std = MathF.Sqrt(var / adv.Length) + 1e-8f;
        for (int i = 0; i < adv.Length; i++)
            adv[i] = (adv[i] - mean) / std;

        var a = tensor(adv);
        var lp = policy.call(obs).log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1);
        var ratio = exp(lp - old);
        var loss = -min(ratio * a, clamp(ratio, 0.8, 1.2) * a).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
