using TorchSharp;
using static TorchSharp.torch;

namespace Framework;

public sealed record GroupBatch(Tensor Ids, Tensor Mask, Tensor Behaviour, Tensor Rewards);

public sealed class GroupTrainer : TrainerBase<GroupBatch>
{
    public GroupTrainer(nn.Module<Tensor, Tensor> model)
        : base(model, 1e-6)
    {
    }

    protected override Tensor ComputeLoss(GroupBatch batch)
    {
        var adv = (batch.Rewards - batch.Rewards.mean()).unsqueeze(1);
        var lp = Model.call(batch.Ids).log_softmax(-1).gather(-1, batch.Ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - batch.Behaviour).exp();
        var token = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * batch.Mask;
        return -(token.sum(1) / batch.Mask.sum(1)).mean();
    }
}
