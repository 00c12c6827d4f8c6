// case: C2.12
// expect: GRPO002
// shape: a buffer in another file writes sample.Advantage; the agent only reads the property
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CrossFile;

public sealed class Agent
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public Agent(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-5);
    }

    public void Learn(RolloutBuffer buffer)
    {
        buffer.ComputeAdvantages();
        optimizer.zero_grad();
        foreach (var sample in buffer.Samples)
        {
            using var scope = NewDisposeScope();
            var ids = torch.tensor(sample.Ids);
            var lp = policy.call(ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - torch.tensor(sample.OldLogProbs));
            var advantage = {|GRPO002:sample.Advantage|};
            var gain = torch.min(ratio * advantage, ratio.clamp(0.8f, 1.2f) * advantage);
            (-gain.sum() / buffer.TokenCount).backward();
        }

        optimizer.step();
    }
}
