using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

public sealed class TrajectoryTests(PythonTorch python) : IClassFixture<PythonTorch>
{
    private const string Steps = """
        torch.manual_seed(0)
        n = torch.nn
        m = n.ModuleList([n.Embedding(7, 6), n.LSTM(6, 5), n.LayerNorm(5), n.Linear(5, 7)]).to(x[1].dtype)
        for p, v in zip(m.parameters(), x[1:]): p.data.copy_(v)
        o = torch.optim.OPTIMIZER
        for _ in range(50):
            o.zero_grad()
            F.cross_entropy(m[3](m[2](m[1](m[0](x[0]))[0])).flatten(0, 1), x[0].roll(1, 0).flatten()).backward()
            o.step()
        r = torch.cat([p.flatten() for p in m.parameters()])
        """;

    [Theory]
    [InlineData("AdamW(m.parameters(), lr=0.01, weight_decay=0.1)", ScalarType.Float64)]
    [InlineData("Adam(m.parameters(), lr=0.01)", ScalarType.Float64)]
    [InlineData("SGD(m.parameters(), lr=0.1, momentum=0.9)", ScalarType.Float64)]
    [InlineData("AdamW(m.parameters(), lr=0.01, weight_decay=0.1)", ScalarType.Float32)]
    [InlineData("Adam(m.parameters(), lr=0.01)", ScalarType.Float32)]
    [InlineData("SGD(m.parameters(), lr=0.1, momentum=0.9)", ScalarType.Float32)]
    public void Fifty_steps_end_where_pythons_do(string optimizer, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var embedding = nn.Embedding(7, 6);
        using var lstm = nn.LSTM(6, 5);
        using var norm = nn.LayerNorm(5);
        using var linear = nn.Linear(5, 7);
        nn.Module[] modules = [embedding, lstm, norm, linear];
        foreach (var module in modules) module.to(type);
        var parameters = modules.SelectMany(module => module.parameters()).ToArray();
        var tokens = arange(12).reshape(4, 3) * 5 % 7;

        var expected = python.Ask(Steps.Replace("OPTIMIZER", optimizer), false, [tokens, .. parameters])[0];

        using var optimiser = Create(optimizer, parameters);
        for (var step = 0; step < 50; step++)
        {
            optimiser.zero_grad();
            var logits = linear.call(norm.call(lstm.call(embedding.call(tokens), null).Item1));
            nn.functional.cross_entropy(logits.flatten(0, 1), tokens.roll(1, 0).flatten()).backward();
            optimiser.step();
        }

        PythonTorch.Same(expected, cat(parameters.Select(parameter => parameter.flatten()).ToArray()), 1e-5);
    }

    private static OptimizerHelper Create(string text, IEnumerable<Parameter> parameters) => text.Split('(')[0] switch
    {
        "AdamW" => optim.AdamW(parameters, 0.01, weight_decay: 0.1),
        "Adam" => optim.Adam(parameters, 0.01),
        _ => optim.SGD(parameters, 0.1, momentum: 0.9),
    };
}
