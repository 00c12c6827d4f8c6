// case: own.183
// expect: none
// shape: Dr.GRPO with a generation budget as divisor; lengths and deviations only reach the log
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class GenerationOptions
{
    public int MaxNewTokens { get; set; } = 1024;
    public int SamplesPerPrompt { get; set; } = 8;
}

public class DrGrpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly GenerationOptions options;
    private readonly optim.Optimizer optimizer;
    private readonly Action<string, float> log;

    public DrGrpoTrainer(nn.Module<Tensor, Tensor> model, GenerationOptions options, Action<string, float> log)
    {
        this.model = model;
        this.options = options;
        this.log = log;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards)
    {
        var table = rewards.view(-1, options.SamplesPerPrompt);
        var mean = table.mean(new long[] { 1 }, keepdim: true);
        var std = table.std(1, keepdim: true);
        var adv = (table - mean).view(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var old = lp.detach();
        var ratio = (lp - old).exp();
        var token = -ratio * adv * mask;
        var loss = token.sum(1).mean() / options.MaxNewTokens;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();

        using (no_grad())
        {
            log("reward_std", std.mean().item<float>());
            log("zero_std", std.lt(1e-6).to(float32).mean().item<float>());
            log("length", mask.sum(1).mean().item<float>());
            var perAnswer = (token.detach() * mask).sum(1) / mask.sum(1);
            log("loss_per_answer", perAnswer.mean().item<float>());
        }
    }
}
