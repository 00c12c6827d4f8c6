// case: own.171
// expect: GRPO001, GRPO003
// shape: loop with NaN continue and a gradient-norm break; row means after where, centred rewards
using System;
using TorchSharp;
using static TorchSharp.torch;

public class RobustTrainer
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public RobustTrainer(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 1e-6);
    }

    public int Skipped { get; private set; }

    public void Fit(Tensor ids, Tensor valid, Tensor sampled, Tensor rewards, int epochs)
    {
        var advantage = (rewards - rewards.mean()).unsqueeze(1);
        var lengths = valid.to(float32).sum(1);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var lp = net.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - sampled).exp();
            var loss1 = -advantage * ratio;
            var loss2 = -advantage * ratio.clamp(0.8, 1.2);
            var token = torch.where(valid, maximum(loss1, loss2), zeros_like(lp));
            var loss = ({|GRPO001:token.sum(1) / lengths|}).mean();
            if (float.IsNaN(loss.item<float>()))
            {
                Skipped++;
                continue;
            }

            optimizer.zero_grad();
            loss.backward();
            var norm = nn.utils.clip_grad_norm_(net.parameters(), 1.0);
            if (norm > 1e4)
                break;
            {|GRPO003:optimizer.step()|};
        }
    }
}
