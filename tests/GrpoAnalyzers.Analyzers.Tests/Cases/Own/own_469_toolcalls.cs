// case: own.469
// expect: GRPO001, GRPO002
// shape: C++ style, English, explicit row loop with out parameters, float statistics, gradient accumulated per row
using System;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

struct RowInfo
{
    public int Start;
    public int Length;
    public float Reward;
}

static class ToolCallTrainer
{
    static torch.nn.Module<Tensor, Tensor> g_policy = null!;
    static torch.optim.Optimizer g_optimizer = null!;

    public static void Setup(torch.nn.Module<Tensor, Tensor> policy)
    {
        g_policy = policy;
        g_optimizer = torch.optim.Adam(policy.parameters(), 1e-6, 0.9, 0.95);
    }

    static void GroupStats(RowInfo[] rows, out float mean, out float sigma)
    {
        double s = 0, q = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            s += rows[i].Reward;
            q += rows[i].Reward * rows[i].Reward;
        }
        mean = (float)(s / rows.Length);
        double var = q / rows.Length - mean * mean;
        sigma = (float)Math.Sqrt(Math.Max(var, 0.0));
    }

    static void RowObjective(Tensor tokens, in RowInfo row, float advantage, out Tensor objective)
    {
        Tensor ctx = tokens.narrow(0, 0, row.Start + row.Length - 1).unsqueeze(0);
        Tensor lp = g_policy.call(ctx).squeeze(0).log_softmax(-1);
        Tensor acc = torch.zeros(1);
        for (int t = 0; t < row.Length; t++)
        {
            long pos = row.Start + t;
            long id = tokens[pos].ToInt64();
            acc = acc + lp[pos - 1, id] * advantage;
        }
        objective = {|GRPO001:acc / row.Length|};
    }

    // One prompt, all its sampled tool calls.
    public static void UpdateGroup(Tensor[] tokens, RowInfo[] rows)
    {
        GroupStats(rows, out float mean, out float sigma);
        if (sigma < 1e-6f)
            return;

        g_optimizer.zero_grad();
        for (int i = 0; i < rows.Length; i++)
        {
            using var scope = torch.NewDisposeScope();
            float advantage = {|GRPO002:(rows[i].Reward - mean) / sigma|};
            RowObjective(tokens[i], rows[i], advantage, out Tensor objective);
            Tensor loss = -objective.sum() / rows.Length;
            loss.backward();
        }
        torch.nn.utils.clip_grad_norm_(g_policy.parameters(), 1.0);
        g_optimizer.step();
    }
}
