// case: own.155
// expect: GRPO001, GRPO003
// shape: nn.Module loss whose forward weights by reciprocal lengths, leave-one-out baseline, epochs with shuffled rows
using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

public class SequenceBalancedLoss : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly float epsilon;

    public SequenceBalancedLoss(float epsilon) : base(nameof(SequenceBalancedLoss))
    {
        this.epsilon = epsilon;
        RegisterComponents();
    }

    public override Tensor forward(Tensor logProbs, Tensor oldLogProbs, Tensor advantage, Tensor mask)
    {
        var inverse = mask.sum(1, keepdim: true).clamp_min(1).reciprocal();
        var ratio = torch.exp(logProbs - oldLogProbs);
        var first = ratio * advantage;
        var second = ratio.clamp(1 - epsilon, 1 + epsilon) * advantage;
        return -({|GRPO001:torch.min(first, second) * mask * inverse|}).sum() / mask.shape[0];
    }
}

public class RlooTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly SequenceBalancedLoss criterion = new(0.2f);
    private readonly Adam optimizer;

    public RlooTrainer(Module<Tensor, Tensor> actor, double learningRate)
    {
        this.actor = actor;
        optimizer = optim.Adam(actor.parameters(), learningRate);
    }

    public int Epochs { get; set; } = 4;

    private static Tensor LeaveOneOut(Tensor rewards, int k)
    {
        var r = rewards.view(-1, k);
        var others = (r.sum(1, keepdim: true) - r) / (k - 1);
        return (r - others).view(-1, 1);
    }

    public void Update(Tensor ids, Tensor labels, Tensor mask, Tensor old, Tensor rewards, int k, int miniBatch)
    {
        var adv = LeaveOneOut(rewards, k);
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var order = randperm(ids.shape[0]);
            foreach (var rows in order.split(miniBatch))
            {
                using var d = NewDisposeScope();
                var y = labels.index_select(0, rows);
                var lp = actor.call(ids.index_select(0, rows)).log_softmax(-1).gather(2, y.unsqueeze(2)).squeeze(2);
                var loss = criterion.call(lp, old.index_select(0, rows), adv.index_select(0, rows), mask.index_select(0, rows));
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
