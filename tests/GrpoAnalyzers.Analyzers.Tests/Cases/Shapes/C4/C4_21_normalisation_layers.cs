// case: C4.21
// expect: none
// shape: LayerNorm, a hand-written one, RMSNorm and batch statistics inside the policy
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Norms;

public sealed class NormedPolicy : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> embed = Embedding(64, 32);
    private readonly Module<Tensor, Tensor> norm = LayerNorm(32);
    private readonly Module<Tensor, Tensor> head = Linear(32, 64);
    private readonly Parameter gain = Parameter(torch.ones(32));

    public NormedPolicy() : base("normed") => RegisterComponents();

    private static Tensor Standardise(Tensor x) =>
        (x - x.mean([-1], keepdim: true)) / (x.var(-1, unbiased: false, keepdim: true) + 1e-5).sqrt();

    private Tensor Rms(Tensor x) => x * torch.rsqrt(x.square().mean([-1], keepdim: true) + 1e-6) * gain;

    public override Tensor forward(Tensor ids)
    {
        var h = Rms(Standardise(embed.call(ids)));
        h = norm.call(h);
        return head.call((h - h.mean([0, 1])) / (h.std((0L, 1L)) + 1e-5));
    }
}

public class NormTrainer
{
    private readonly NormedPolicy policy = new();
    private readonly optim.Optimizer optimizer;

    public NormTrainer() => optimizer = optim.AdamW(policy.parameters(), 1e-4);

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var loss = -(torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
