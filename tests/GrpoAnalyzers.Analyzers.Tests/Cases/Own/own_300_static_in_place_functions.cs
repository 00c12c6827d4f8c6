// case: own.300
// expect: GRPO001
// shape: the row sums are divided by the lengths with torch.div_, a function that changes its first argument
using TorchSharp;
using static TorchSharp.torch;

public class StaticInPlaceTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public StaticInPlaceTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.SGD(policy.parameters(), 0.02);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor advantages)
    {
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var weighted = advantages.unsqueeze(-1);
        var perToken = -torch.minimum(ratio * weighted, ratio.clamp(0.8, 1.2) * weighted);
        var sums = (perToken * mask).sum(1);
        {|GRPO001:torch.div_(sums, mask.sum(1))|};
        optimizer.zero_grad();
        sums.mean().backward();
        optimizer.step();
    }
}
