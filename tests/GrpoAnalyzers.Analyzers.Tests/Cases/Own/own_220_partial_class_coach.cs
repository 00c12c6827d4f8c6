// case: own.220
// expect: GRPO001, GRPO002, GRPO003
// shape: partial class with event hooks, nested config record with init defaults, two-sided log-space clip by clamp before exp is not used; explicit dims
using System;
using TorchSharp;
using static TorchSharp.torch;

public partial class Coach
{
    public record Settings
    {
        public int Group { get; init; } = 6;
        public int InnerSteps { get; init; } = 2;
        public bool NormaliseByDeviation { get; init; } = true;
    }

    private readonly Settings settings;
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public Coach(nn.Module<Tensor, Tensor> lm, Settings settings)
    {
        this.lm = lm;
        this.settings = settings;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }
}

public partial class Coach
{
    public event EventHandler<float>? StepDone;

    private Tensor Signal(Tensor rewards)
    {
        var g = rewards.view(-1, settings.Group);
        var a = g - g.mean(new[] { 1L }, keepdim: true);
        if (settings.NormaliseByDeviation)
        {
            a = {|GRPO002:a / (g.std(1, keepdim: true) + 1e-4)|};
        }

        return a.view(-1, 1);
    }

    public void Practise(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var signal = Signal(rewards);
        int inner = 0;
        while (true)
        {
            if (inner++ >= settings.InnerSteps)
            {
                break;
            }

            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var objective = torch.minimum(ratio * signal, ratio.clamp(0.8, 1.2) * signal) * mask;
            var sum = objective.sum(dim: 1);
            var length = mask.sum(dim: 1);
            var loss = {|GRPO001:torch.div(sum, length)|}.mean() * -1;
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            StepDone?.Invoke(this, loss.item<float>());
        }
    }
}
