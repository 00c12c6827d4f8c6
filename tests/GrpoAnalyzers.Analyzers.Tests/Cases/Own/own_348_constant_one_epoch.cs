// case: own.348
// expect: none
// shape: an epoch loop whose bound is a constant one, clip kept for later, token mean, centring by leave-one-out, async generation
using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace OneEpoch;

public interface IGenerationServer
{
    Task<(Tensor ids, Tensor mask, Tensor logp)> SampleAsync(string prompt, int n);
    Task<double[]> JudgeAsync(string prompt, Tensor ids);
}

public class OnPolicyTrainer
{
    private const int PpoEpochs = 1;
    private const double Clip = 0.2;
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly IGenerationServer server;
    private readonly optim.Optimizer optimizer;

    public OnPolicyTrainer(nn.Module<Tensor, Tensor> policy, IGenerationServer server)
    {
        this.policy = policy;
        this.server = server;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public async Task TrainAsync(IAsyncEnumerable<string> prompts, int n)
    {
        await foreach (var prompt in prompts)
        {
            var (ids, mask, old) = await server.SampleAsync(prompt, n);
            var scores = await server.JudgeAsync(prompt, ids);
            Update(ids, mask, old, LeaveOneOut(scores));
        }
    }

    private static float[] LeaveOneOut(double[] scores)
    {
        double total = 0;
        foreach (var s in scores) total += s;
        var a = new float[scores.Length];
        for (int i = 0; i < a.Length; i++)
            a[i] = (float)(scores[i] - (total - scores[i]) / (a.Length - 1));
        return a;
    }

    private void Update(Tensor ids, Tensor mask, Tensor old, float[] advantages)
    {
        var adv = tensor(advantages).unsqueeze(1);
        for (int epoch = 0; epoch < PpoEpochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var lp = policy.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var token = torch.max(-adv * ratio, -adv * ratio.clamp(1 - Clip, 1 + Clip));
            var loss = token.masked_select(mask.gt(0)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
