namespace GrpoAnalyzers.Cli.Tests;

/// <summary>Trainers to check: one that averages each completion by itself, one that does not.</summary>
internal static class Trainers
{
    public static string Flawed(string type = "Trainer") => Source(type, "((perToken * mask).sum(1) / mask.sum(1)).mean()");

    public static string Clean(string type = "Trainer") => Source(type, "(perToken * mask).sum() / mask.sum()");

    private static string Source(string type, string loss) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;

        public class {{type}}
        {
            private readonly nn.Module<Tensor, Tensor> policy;
            private readonly optim.Optimizer optimizer;

            public {{type}}(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.AdamW(policy.parameters(), 1e-6);
            }

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
            {
                var advantages = (rewards - rewards.mean()).unsqueeze(1);
                var logProbs = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
                var ratio = (logProbs - old).exp();
                var perToken = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages);
                var loss = {{loss}};
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }

        """;

    /// <summary>Ratios are C# numbers here: which tensor a KL divergence could be estimated from cannot be read.</summary>
    public const string WithoutFix = """
        using System;
        using TorchSharp;
        using static TorchSharp.torch;

        public class HostTrainer(nn.Module<Tensor, Tensor> policy)
        {
            private readonly optim.Optimizer optimizer = optim.Adam(policy.parameters(), 1e-4);

            public void Update(Tensor observations, Tensor actions, float[] old, float[] advantages, int epochs)
            {
                for (int epoch = 0; epoch < epochs; epoch++)
                {
                    var logProbs = policy.call(observations).log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1);
                    var now = logProbs.detach().data<float>().ToArray();
                    var coefficients = new float[now.Length];
                    for (int i = 0; i < now.Length; i++)
                    {
                        float ratio = MathF.Exp(now[i] - old[i]);
                        float bounded = Math.Clamp(ratio, 0.8f, 1.2f);
                        coefficients[i] = ratio * advantages[i] <= bounded * advantages[i] ? ratio * advantages[i] : 0f;
                    }

                    var loss = -(logProbs * tensor(coefficients)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }

        """;
}
