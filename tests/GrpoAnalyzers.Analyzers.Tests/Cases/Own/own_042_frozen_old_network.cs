// case: own.042
// expect: GRPO003
// shape: a copied old network is evaluated anew in every pass and never refreshed inside
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class FrozenOldPolicy
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> previous;
    private readonly optim.Optimizer optimizer;

    public FrozenOldPolicy(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> previous)
    {
        this.policy = policy;
        this.previous = previous;
        optimizer = optim.Adam(policy.parameters(), lr: 3e-4);
    }

    public void Train(Tensor states, Tensor actions, Tensor returns, Tensor values)
    {
        var advantage = (returns - values).clamp(-10, 10);
        previous.load_state_dict(policy.state_dict());
        for (var i = 0; i < 8; i++)
        {
            var lp = Select(policy.call(states), actions);
            Tensor before;
            using (no_grad())
            {
                before = Select(previous.call(states), actions);
            }

            var ratio = (lp - before).exp();
            var surrogate = torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage);
            var loss = -surrogate.mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }

    private static Tensor Select(Tensor logits, Tensor actions) => (logits.softmax(1) + 1e-8).log().gather(1, actions.unsqueeze(1)).squeeze(1);
}
