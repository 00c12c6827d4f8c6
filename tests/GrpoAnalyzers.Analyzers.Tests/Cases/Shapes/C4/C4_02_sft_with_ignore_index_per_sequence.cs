// case: C4.02
// expect: none
// shape: mean cross entropy of each sequence with ignore_index, added up: supervised, no advantage
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SftIgnore;

public class InstructionTuner
{
    private readonly Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public InstructionTuner(Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), 2e-5);
    }

    public void Train(IEnumerable<(Tensor Ids, Tensor Labels)> examples)
    {
        var losses = new List<Tensor>();
        foreach (var (ids, labels) in examples)
        {
            var logits = model.call(ids.unsqueeze(0)).squeeze(0);
            losses.Add(functional.cross_entropy(logits, labels, ignore_index: -100, reduction: Reduction.Mean));
        }

        var loss = torch.stack(losses).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
