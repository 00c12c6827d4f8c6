// case: C4.23
// expect: none
// shape: weights divided by their std in forward, initial weights scaled by a std
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace WeightStd;

public sealed class StandardisedLinear : Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    public StandardisedLinear(long input, long output) : base("standardised")
    {
        var raw = torch.randn(output, input);
        weight = Parameter(raw / raw.std() * 0.02);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var w = (weight - weight.mean([1], keepdim: true)) / (weight.std(1, keepdim: true) + 1e-5);
        return x.matmul(w.transpose(0, 1));
    }
}

public class WeightStdTrainer
{
    private readonly Module<Tensor, Tensor> policy = Sequential(Embedding(32, 16), new StandardisedLinear(16, 32));
    private readonly optim.Optimizer optimizer;

    public WeightStdTrainer() => optimizer = optim.AdamW(policy.parameters(), 1e-3);

    public void Update(Tensor ids, Tensor mask, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(lp * adv.unsqueeze(1) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
