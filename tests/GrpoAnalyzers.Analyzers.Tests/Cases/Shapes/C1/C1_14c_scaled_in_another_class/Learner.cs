// case: C1.14
// expect: GRPO001
// shape: the data class divides its advantage by its own length; the learner only sums
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PreparedElsewhere;

public class Learner
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public Learner(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Learn(List<Rollout> rollouts, float baseline)
    {
        optimizer.zero_grad();
        foreach (var rollout in rollouts)
        {
            var ids = torch.tensor(rollout.Tokens);
            var logits = policy.call(ids.unsqueeze(0)).squeeze(0);
            var lp = logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - torch.tensor(rollout.OldLogProbs)).exp();
            var weight = {|GRPO001:rollout.TokenWeight(baseline)|};
            var gain = torch.min(ratio * weight, ratio.clamp(0.8f, 1.2f) * weight);
            var loss = -gain.sum() / rollouts.Count;
            loss.backward();
        }

        optimizer.step();
    }
}
