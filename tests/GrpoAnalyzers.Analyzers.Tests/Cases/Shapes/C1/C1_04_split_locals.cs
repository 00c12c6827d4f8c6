// case: C1.04
// expect: GRPO001
// shape: every step a using var of its own, Chinese comments
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Zhi;

public class LanguagePpo
{
    private readonly Module<Tensor, Tensor> 策略;
    private readonly optim.Optimizer 优化器;
    private readonly float 裁剪 = 0.2f;

    public LanguagePpo(Module<Tensor, Tensor> policy)
    {
        策略 = policy;
        优化器 = optim.Adam(policy.parameters(), lr: 1e-6);
    }

    public void Optimize(Tensor tokens, Tensor mask, Tensor oldLogProbs, Tensor rewards)
    {
        using var mean = rewards.mean();
        using var advantage = rewards - mean;
        using var column = advantage.unsqueeze(1);

        // 计算新的对数概率
        using var logits = 策略.call(tokens);
        using var probs = logits.softmax(-1);
        using var picked = probs.gather(2, tokens.unsqueeze(-1)).squeeze(-1);
        using var logProbs = torch.log(picked + 1e-10f);

        using var logRatio = logProbs - oldLogProbs;
        using var ratio = logRatio.exp();
        using var surr1 = ratio * column;
        using var surr2 = torch.clamp(ratio, 1f - 裁剪, 1f + 裁剪) * column;
        using var surrogate = torch.min(surr1, surr2);

        // 每条序列按自身长度平均
        using var masked = surrogate * mask;
        using var num = masked.sum(1);
        using var len = mask.sum(1);
        using var seq = {|GRPO001:num / len|};
        using var objective = seq.mean();
        using var loss = -objective;

        优化器.zero_grad();
        loss.backward();
        优化器.step();
    }
}
