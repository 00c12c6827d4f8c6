// case: C3.03
// expect: GRPO003
// shape: Enumerable.Range for the epochs, foreach over stored mini-batches
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Loader;

public sealed record MiniBatch(Tensor Ids, Tensor Mask, Tensor OldLogProbs, Tensor Advantages);

public class LoaderTrainer
{
    private readonly Module<Tensor, Tensor> model;
    private readonly optim.Optimizer opt;

    public LoaderTrainer(Module<Tensor, Tensor> model)
    {
        this.model = model;
        opt = optim.Adam(model.parameters(), 2e-6);
    }

    public void Train(IReadOnlyList<MiniBatch> loader, int passes)
    {
        foreach (var pass in Enumerable.Range(0, passes))
        {
            var sum = 0.0;
            foreach (var mb in loader)
            {
                var lp = model.call(mb.Ids).log_softmax(-1).gather(-1, mb.Ids.unsqueeze(-1)).squeeze(-1);
                var diff = lp.sub(mb.OldLogProbs);
                var rho = diff.exp();
                var adv = mb.Advantages.view(-1, 1);
                var bounded = rho.clamp(min: 0.8, max: 1.2);
                var obj = rho.mul(adv).minimum(bounded.mul(adv)).mul(mb.Mask).sum().div(mb.Mask.sum());
                var loss = obj.neg();
                opt.zero_grad();
                loss.backward();
                {|GRPO003:opt.step()|};
                sum += loss.ToDouble();
            }

            Console.WriteLine($"pass {pass}: {sum / loader.Count:F4}");
        }
    }
}
