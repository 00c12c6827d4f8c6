// case: own.162
// expect: GRPO001, GRPO002
// shape: gradient accumulation over prompts, each micro-batch one prompt; weights of mask over its row sum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class PromptGroup
{
    public PromptGroup(Tensor ids, Tensor mask, float[] rewards) => (Ids, Mask, Rewards) = (ids, mask, rewards);

    public Tensor Ids { get; }
    public Tensor Mask { get; }
    public float[] Rewards { get; }
}

public sealed class AccumulatingTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly Device device;

    public AccumulatingTrainer(nn.Module<Tensor, Tensor> model, Device device)
    {
        this.model = model;
        this.device = device;
        var groups = new[] { new TorchSharp.Modules.Adam.ParamGroup(model.parameters(), new TorchSharp.Modules.Adam.Options { LearningRate = 1e-6 }) };
        optimizer = optim.Adam(groups);
    }

    public void Step(IReadOnlyCollection<PromptGroup> prompts)
    {
        optimizer.zero_grad();
        foreach (var prompt in prompts)
        {
            using var scope = NewDisposeScope();
            var loss = GroupLoss(prompt) / prompts.Count;
            loss.backward();
        }

        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();
    }

    private Tensor GroupLoss(PromptGroup prompt)
    {
        var ids = prompt.Ids.to(device);
        var mask = prompt.Mask.to(device);
        var r = tensor(prompt.Rewards, device: device);
        var scale = torch.sqrt(r.var(unbiased: false) + 1e-6);
        var adv = {|GRPO002:(r - r.mean()) / scale|};
        var shares = {|GRPO001:mask / mask.sum(1, keepdim: true)|};
        var lp = torch.gather(model.call(ids).log_softmax(-1), 2, ids.unsqueeze(2)).squeeze(2);
        return -(lp * adv.unsqueeze(-1) * shares).sum(1).mean();
    }
}
