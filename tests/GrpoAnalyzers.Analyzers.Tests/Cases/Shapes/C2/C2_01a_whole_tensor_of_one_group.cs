// case: C2.01
// expect: GRPO002
// shape: the tensor holds the completions of one prompt, std without a dimension
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace OnePrompt;

public class OnePromptTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Adam optimizer;

    public OnePromptTrainer(Module<Tensor, Tensor> policy, double lr = 1e-5)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr);
    }

    /// <summary>All rows are completions of the same prompt.</summary>
    public float Update(Tensor completions, Tensor mask, Tensor old, Tensor A)
    {
        A = {|GRPO002:(A - A.mean()) / (A.std() + 1e-8f)|};
        var lp = policy.call(completions).log_softmax(-1).gather(-1, completions.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var surr1 = ratio * A.unsqueeze(1);
        var surr2 = torch.clamp(ratio, 0.8, 1.2) * A.unsqueeze(1);
        var loss = -(torch.min(surr1, surr2) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.ToSingle();
    }
}
