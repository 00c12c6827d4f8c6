// case: C2.10
// expect: GRPO002
// shape: plain loops over float rewards of a group, MathF.Sqrt
using System;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PlainLoops;

public class LoopTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LoopTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    private static float[] GroupAdvantages(float[] rewards, int groupSize)
    {
        var result = new float[rewards.Length];
        for (int start = 0; start < rewards.Length; start += groupSize)
        {
            float sum = 0f;
            for (int i = start; i < start + groupSize; i++)
                sum += rewards[i];
            float mean = sum / groupSize;
            float squares = 0f;
            for (int i = start; i < start + groupSize; i++)
            {
                float d = rewards[i] - mean;
                squares += d * d;
            }

            float std = MathF.Sqrt(squares / groupSize);
            for (int i = start; i < start + groupSize; i++)
                result[i] = {|GRPO002:(rewards[i] - mean) / (std + 1e-6f)|};
        }

        return result;
    }

    public float Update(Tensor ids, Tensor mask, Tensor old, float[] rewards, int groupSize)
    {
        var adv = tensor(GroupAdvantages(rewards, groupSize)).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = exp(lp - old);
        var loss = -(min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.ToSingle();
    }
}
