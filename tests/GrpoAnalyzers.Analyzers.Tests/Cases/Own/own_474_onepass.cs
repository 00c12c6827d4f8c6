// case: own.474
// expect: none
// shape: C++ style, one sweep over disjoint minibatches of each rollout, clipped, centred
using System;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

static class ScheduleTrainer
{
    const int GroupSize = 4;
    const int MiniBatch = 16;

    static torch.nn.Module<Tensor, Tensor> s_model = null!;
    static torch.optim.Optimizer s_adam = null!;

    static void Evaluate(Tensor ids, out Tensor logp)
    {
        long t = ids.shape[1];
        Tensor all = s_model.call(ids.slice(1, 0, t - 1, 1)).log_softmax(-1);
        logp = all.gather(-1, ids.slice(1, 1, t, 1).unsqueeze(-1)).squeeze(-1);
    }

    static Tensor Centre(Tensor rewards)
    {
        Tensor g = rewards.reshape(-1, GroupSize);
        return (g - g.mean(new long[] { 1 }, keepdim: true)).reshape(-1);
    }

    static void TrainOnRollout(Tensor ids, Tensor mask, Tensor rewards)
    {
        Tensor advantages = Centre(rewards);
        Tensor oldLogp;
        using (torch.no_grad()) Evaluate(ids, out oldLogp);

        long rows = ids.shape[0];
        Tensor perm = torch.randperm(rows);
        for (long begin = 0; begin < rows; begin += MiniBatch)
        {
            using var scope = torch.NewDisposeScope();
            long end = Math.Min(begin + MiniBatch, rows);
            Tensor idx = perm.slice(0, begin, end, 1);
            Tensor m = mask[idx];
            Tensor a = advantages[idx].unsqueeze(1);

            Evaluate(ids[idx], out Tensor logp);
            Tensor ratio = torch.exp(logp - oldLogp[idx]);
            Tensor lossTok = -torch.minimum(ratio * a, torch.clamp(ratio, 0.8, 1.2) * a);
            Tensor loss = (lossTok * m).sum() / m.sum();

            s_adam.zero_grad();
            loss.backward();
            s_adam.step();
        }
    }

    static void Main()
    {
        s_model = torch.nn.Sequential(
            ("e", torch.nn.Embedding(256, 64)),
            ("o", torch.nn.Linear(64, 256)));
        s_adam = torch.optim.Adam(s_model.parameters(), 1e-5);
        for (int it = 0; it < 300; ++it)
        {
            using var outer = torch.NewDisposeScope();
            Tensor ids = torch.randint(0, 256, new long[] { 64, 40 });
            Tensor mask = ids.slice(1, 1, 40, 1).ne(0).to_type(torch.ScalarType.Float32);
            Tensor rewards = ids.to_type(torch.ScalarType.Float32).mean(new long[] { 1 }) / 256;
            TrainOnRollout(ids, mask, rewards);
        }
    }
}
