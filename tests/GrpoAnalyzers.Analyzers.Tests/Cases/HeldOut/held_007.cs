// case: held.007
// expect: GRPO002
// shape: optimiser is made by the caller and passed as a parameter; std by Zip and Sum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public static class Program
{
    public static void Main()
    {
        var model = nn.Sequential(nn.Embedding(64, 16), nn.Linear(16, 64));
        var optimizer = optim.AdamW(model.parameters(), lr: 1e-4);
        for (var i = 0; i < 100; i++)
        {
            var ids = randint(0, 64, new long[] { 4, 10 }, dtype: ScalarType.Int64);
            var mask = ones(4, 10);
            var rewards = new[] { 0.0, 1.0, 0.0, 1.0 };
            Update(model, optimizer, ids, mask, rewards);
        }
    }

    private static void Update(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, Tensor ids, Tensor mask, double[] rewards)
    {
        var mean = rewards.Average();
        var deviations = rewards.Select(r => r - mean).ToArray();
        var std = Math.Sqrt(deviations.Zip(deviations, (a, b) => a * b).Sum() / (rewards.Length - 1));
        var scaled = deviations.Select(d => (float)({|GRPO002:d / (std + 1e-9)|})).ToArray();
        var adv = tensor(scaled).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum(1).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
