// case: C3.04
// expect: GRPO003
// shape: epoch count is a property with initialiser 4
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace PropEpochs;

public class PropTrainer
{
    public int Epochs { get; set; } = 4;

    public float ClipRange { get; set; } = 0.15f;

    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public PropTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var baseline = (rewards.sum() - rewards) / (rewards.shape[0] - 1);
        var adv = (rewards - baseline).unsqueeze(1);
        for (int i = 1; i <= Epochs; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var low = torch.clamp(ratio, 1f - ClipRange, 1f + ClipRange);
            var bonus = -0.01 * lp;
            var worst = torch.min(adv * ratio, adv * low);
            var loss = ((worst + bonus) * mask).sum().neg() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
