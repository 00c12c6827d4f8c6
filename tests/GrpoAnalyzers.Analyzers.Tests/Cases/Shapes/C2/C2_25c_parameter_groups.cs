// case: C2.25
// expect: GRPO002
// shape: AdamW over ParamGroups with options, lr scheduler, maximised objective
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ParamGroups;

public class GroupsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly AdamW optimizer;
    private readonly optim.lr_scheduler.LRScheduler schedule;

    public GroupsTrainer(Module<Tensor, Tensor> body, Module<Tensor, Tensor> head)
    {
        policy = Sequential(body, head);
        optimizer = optim.AdamW(
        [
            new AdamW.ParamGroup { Parameters = body.parameters(), Options = new AdamW.Options { LearningRate = 1e-6 } },
            new AdamW.ParamGroup { Parameters = head.parameters(), Options = new AdamW.Options { LearningRate = 1e-5 } },
        ], maximize: true);
        schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 1000);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = ({|GRPO002:(r - r.mean([1], keepdim: true)) / (r.std(1, keepdim: true) + 1e-4)|}).view(-1, 1);
        var lp = -functional.cross_entropy(policy.call(ids).transpose(1, 2), ids, reduction: Reduction.None);
        var ratio = torch.exp(lp - old);
        var objective = (torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        objective.backward();
        optimizer.step();
        schedule.step();
    }
}
