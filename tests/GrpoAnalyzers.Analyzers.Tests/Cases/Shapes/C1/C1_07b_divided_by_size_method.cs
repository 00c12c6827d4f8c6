// case: C1.07
// expect: GRPO001
// shape: size(0) as the number of sequences, whole objective maximised
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Ascent;

public class AscentTrainer
{
    private readonly Module<Tensor, Tensor> f;
    private readonly optim.Optimizer up;

    public AscentTrainer(Module<Tensor, Tensor> f)
    {
        this.f = f;
        up = optim.Adam(f.parameters(), 1e-4, maximize: true);
    }

    public void Climb(Tensor ids, Tensor keep, Tensor logQ, Tensor gain)
    {
        var logP = functional.log_softmax(f.call(ids), 2).gather(2, ids.unsqueeze(2)).squeeze(2);
        var ratio = torch.exp(logP) / torch.exp(logQ);
        var g = gain.unsqueeze(1);
        var best = torch.min(ratio * g, torch.clamp(ratio, 0.8, 1.25) * g);
        var perRow = {|GRPO001:(best * keep).sum(1) / keep.sum(1)|};
        var objective = perRow.sum() / ids.size(0);
        up.zero_grad();
        objective.backward();
        up.step();
    }
}
