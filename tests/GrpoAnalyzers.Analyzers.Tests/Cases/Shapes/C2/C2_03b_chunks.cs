// case: C2.03
// expect: GRPO002
// shape: rewards are cut into chunks, one per prompt, and each chunk is normalised
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Chunks;

public class ChunkTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ChunkTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 2e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int prompts)
    {
        var parts = new List<Tensor>();
        foreach (var chunk in rewards.chunk(prompts))
            parts.Add({|GRPO002:(chunk - chunk.mean()) / (chunk.std() + 1e-6)|});
        var adv = torch.cat(parts, 0).unsqueeze(-1);
        var lp = distributions.Categorical(logits: policy.call(ids)).log_prob(ids);
        var logRatio = lp - old;
        var ratio = logRatio.exp();
        var loss1 = -adv * ratio;
        var loss2 = -adv * torch.clamp(ratio, 0.8, 1.2);
        var loss = (torch.max(loss1, loss2) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(policy.parameters(), 0.5);
        optimizer.step();
    }
}
