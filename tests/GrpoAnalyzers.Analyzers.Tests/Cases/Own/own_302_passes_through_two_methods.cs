// case: own.302
// expect: GRPO003
// shape: two methods call each other until the passes are used up
using TorchSharp;
using static TorchSharp.torch;

public class TurnTakingTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public TurnTakingTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-5);
    }

    public void Start(Tensor states, Tensor actions, Tensor old, Tensor returns) => Pass(states, actions, old, returns - returns.mean(), 6);

    private void Pass(Tensor states, Tensor actions, Tensor old, Tensor advantage, int remaining)
    {
        if (remaining == 0)
            return;
        var current = policy.call(states).log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1);
        var ratio = (current - old).exp();
        var loss = -torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        Again(states, actions, old, advantage, remaining);
    }

    private void Again(Tensor states, Tensor actions, Tensor old, Tensor advantage, int remaining) => Pass(states, actions, old, advantage, remaining - 1);
}
