// case: C2.11
// expect: GRPO002
// shape: std().item<float>() of one prompt's rewards, then a float loop
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ItemLoop;

public class ItemTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ItemTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor answers, Tensor mask, Tensor old, float[] rewards)
    {
        var all = torch.tensor(rewards);
        var m = all.mean().item<float>();
        var s = all.std().item<float>();
        for (int i = 0; i < rewards.Length; i++)
            rewards[i] = {|GRPO002:(rewards[i] - m) / (s + 1e-8f)|};
        var adv = torch.tensor(rewards).unsqueeze(1);
        var lp = policy.call(answers).log_softmax(-1).gather(-1, answers.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var s1 = ratio * adv;
        var s2 = ratio.clamp(0.8f, 1.2f) * adv;
        var loss = torch.min(s1, s2).mul(mask).sum().neg() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
