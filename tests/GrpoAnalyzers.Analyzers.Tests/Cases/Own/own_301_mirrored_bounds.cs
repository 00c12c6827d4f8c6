// case: own.301
// expect: GRPO003
// shape: maximum and minimum of the clip written through their mirror images, with bounds in tensors
using TorchSharp;
using static TorchSharp.torch;

public class MirroredTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor floor = torch.tensor(0.8f);
    private readonly Tensor ceiling = torch.tensor(1.2f);

    public MirroredTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-5);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor advantages, int rounds)
    {
        var weighted = advantages.unsqueeze(-1);
        for (var i = 0; i < rounds; i++)
        {
            var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var raised = -torch.min(-ratio, -floor);
            var bounded = -torch.maximum(-raised, -ceiling);
            var gain = -torch.max(-(ratio * weighted), -(bounded * weighted));
            var loss = -(gain * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
