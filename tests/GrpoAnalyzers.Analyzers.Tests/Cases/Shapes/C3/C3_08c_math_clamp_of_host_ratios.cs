// case: C3.08
// expect: GRPO003
// shape: ratio and clip are C# floats; only the resulting coefficient of each log-probability is a tensor
using System;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace HostRatios;

public class HostTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public HostTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-4);
    }

    // one action a row
    public void Update(Tensor obs, Tensor act, float[] oldLogProbs, float[] adv, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var lp = policy.call(obs).log_softmax(-1).gather(-1, act.unsqueeze(-1)).squeeze(-1);
            var now = lp.detach().data<float>().ToArray();
            var coef = new float[now.Length];
            for (int i = 0; i < now.Length; i++)
            {
                float ratio = MathF.Exp(now[i] - oldLogProbs[i]);
                float bounded = Math.Clamp(ratio, 0.8f, 1.2f);
                // gradient of min(ratio * A, bounded * A): zero where the clip is active
                coef[i] = ratio * adv[i] <= bounded * adv[i] ? ratio * adv[i] : 0f;
            }

            var loss = -(lp * tensor(coef)).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
