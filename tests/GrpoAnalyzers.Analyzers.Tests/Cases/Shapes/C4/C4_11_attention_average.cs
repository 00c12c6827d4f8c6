// case: C4.11
// expect: none
// shape: weighted average of values by weights over their sum, before the logits
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Attention;

public sealed class WeightedReader : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> score = Linear(16, 1);
    private readonly Module<Tensor, Tensor> output = Linear(16, 5);

    public WeightedReader() : base("reader") => RegisterComponents();

    public override Tensor forward(Tensor v)
    {
        var w = score.call(v).exp();
        var read = (w * v).sum(1) / w.sum(1);
        return output.call(read);
    }
}

public class ReaderTrainer
{
    private readonly WeightedReader reader = new();
    private readonly optim.Optimizer optimizer;

    public ReaderTrainer()
    {
        optimizer = optim.Adam(reader.parameters(), 1e-3);
    }

    public void Reinforce(Tensor features, Tensor choice, Tensor reward)
    {
        var lp = reader.call(features).log_softmax(1).gather(1, choice.unsqueeze(1)).squeeze(1);
        var loss = -(lp * (reward - reward.mean())).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
