using GrpoAnalyzers.StandIns.Tests.Completeness;
using GrpoAnalyzers.StandIns.Tests.Python;
using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Training;

/// <summary>Each module alone: its output, and the gradients of its input and its parameters.</summary>
[ComparesWithPython]
public sealed class ModuleTests(PythonTorch python) : IClassFixture<PythonTorch>
{
    private static readonly Dictionary<string, Func<(nn.Module, Func<Tensor, Tensor[]>)>> Modules = new()
    {
        ["Linear(4, 3)"] = () => Of(nn.Linear(4, 3)),
        ["Linear(4, 3, bias=False)"] = () => Of(nn.Linear(4, 3, false)),
        ["Embedding(7, 4)"] = () => Of(nn.Embedding(7, 4)),
        ["Embedding(7, 4, padding_idx=2)"] = () => Of(nn.Embedding(7, 4, 2)),
        ["LayerNorm(4)"] = () => Of(nn.LayerNorm(4)),
        ["LayerNorm([3, 4], eps=0.01)"] = () => Of(nn.LayerNorm([3, 4], 0.01)),
        ["LayerNorm(4, elementwise_affine=False)"] = () => Of(nn.LayerNorm(4, elementwise_affine: false)),
        ["LSTM(4, 5)"] = () => Of(nn.LSTM(4, 5)),
        ["LSTM(4, 3, 2, batch_first=True)"] = () => Of(nn.LSTM(4, 3, 2, batchFirst: true)),
        ["LSTM(4, 3, bidirectional=True, bias=False)"] = () => Of(nn.LSTM(4, 3, bias: false, bidirectional: true)),
        ["ReLU()"] = () => Of(nn.ReLU()),
        ["GELU()"] = () => Of(nn.GELU()),
        ["SiLU()"] = () => Of(nn.SiLU()),
        ["Sigmoid()"] = () => Of(nn.Sigmoid()),
        ["Tanh()"] = () => Of(nn.Tanh()),
        ["Softmax(1)"] = () => Of(nn.Softmax(1)),
        ["LogSoftmax(-1)"] = () => Of(nn.LogSoftmax(-1)),
        ["Identity()"] = () => Of(nn.Identity()),
        ["Dropout(0.3)"] = () => Of(nn.Dropout(0.3)),
        ["Dropout(0.3).eval()"] = () =>
        {
            var dropout = nn.Dropout(0.3);
            dropout.eval();
            return Of(dropout);
        },
        ["Sequential(n.Linear(4, 3), n.Tanh(), n.Linear(3, 2))"] = () => Of(nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))),
    };

    public static MatrixTheoryData<string, ScalarType> Cases => new(Modules.Keys, [ScalarType.Float64, ScalarType.Float32]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Output_and_gradients_are_pythons(string definition, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (module, forward) = Modules[definition]();
        module.to(type);
        Tensor input = definition.StartsWith("Embedding", StringComparison.Ordinal)
            ? tensor(new long[,] { { 3, 1, 2 }, { 2, 6, 3 } })
            : nn.Parameter((arange(24, dtype: ScalarType.Float64) * 1.7).sin().reshape(2, 3, 4).to(type));
        var parameters = module.parameters().ToArray();
        var expected = python.Values(
            $"""
            n = torch.nn
            m = n.{definition}.to(torch.{type.ToString().ToLowerInvariant()})
            p = list(m.parameters())
            for i, one in enumerate(p): one.data.copy_([{string.Join(", ", parameters.Select((_, i) => $"p{i}"))}][i])
            a = a.requires_grad_() if a.is_floating_point() else a
            torch.manual_seed(7)
            y = m(a)
            y = [y[0], *y[1]] if isinstance(y, tuple) else [y]
            r = y + list(torch.autograd.grad(weighted(y), ([a] if a.requires_grad else []) + p))
            """,
            [("a", input), .. parameters.Select((parameter, i) => ($"p{i}", (Tensor)parameter))]);

        manual_seed(7);
        var output = forward(input);
        Tensor[] differentiated = [.. input.requires_grad ? new[] { input } : [], .. parameters];
        var gradients = autograd.grad([WeightedSum.Of(output)!], differentiated);

        var tolerance = type == ScalarType.Float64 ? 1e-12 : 1e-5;
        Assert.Equal(expected.Count, output.Length + gradients.Count);
        foreach (var (want, got) in expected.Zip(output.Concat(gradients))) TensorData.Same(want, got, tolerance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_lstm_starts_from_the_given_state(bool unbatched)
    {
        using var scope = NewDisposeScope();
        using var lstm = nn.LSTM(4, 5, dtype: ScalarType.Float64);
        var state = unbatched ? new long[] { 1, 5 } : [1, 3, 5];
        var input = (arange(24, dtype: ScalarType.Float64) * 1.7).sin().reshape(2, 3, 4);
        if (unbatched) input = input[0];
        var hidden = arange(state.Aggregate((x, y) => x * y), dtype: ScalarType.Float64).cos().reshape(state);
        var parameters = lstm.parameters().ToArray();
        var expected = python.Values(
            """
            m = torch.nn.LSTM(4, 5).double()
            for one, value in zip(m.parameters(), [p0, p1, p2, p3]): one.data.copy_(value)
            y, (h, c) = m(a, (b, b * 0.5))
            r = [y, h, c]
            """,
            [("a", input), ("b", hidden), .. parameters.Select((parameter, i) => ($"p{i}", (Tensor)parameter))]);

        var (output, last, cell) = lstm.call(input, (hidden, hidden * 0.5));

        foreach (var (want, got) in expected.Zip([output, last, cell])) TensorData.Same(want, got, 1e-12);
    }

    [Fact]
    public void A_loaded_module_computes_what_the_saved_one_does()
    {
        using var scope = NewDisposeScope();
        using var source = nn.Sequential(("first", nn.Linear(4, 3)), ("norm", nn.LayerNorm(3)));
        using var byState = nn.Sequential(("first", nn.Linear(4, 3)), ("norm", nn.LayerNorm(3)));
        using var byStream = nn.Sequential(("first", nn.Linear(4, 3)), ("norm", nn.LayerNorm(3)));
        var input = arange(8, dtype: ScalarType.Float32).reshape(2, 4);

        Assert.Equal(python.Values("r = [torch.tensor(len(k)) for k in torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.LayerNorm(3)).state_dict()]").Count, source.state_dict().Count);
        var (missing, unexpected) = byState.load_state_dict(source.state_dict());
        using var stream = new MemoryStream();
        source.save(stream);
        stream.Position = 0;
        byStream.load(stream);

        Assert.Empty(missing);
        Assert.Empty(unexpected);
        Assert.Equal(["first.weight", "first.bias", "norm.weight", "norm.bias"], source.state_dict().Keys);
        Assert.True(source.call(input).allclose(byState.call(input), 0, 0));
        Assert.True(source.call(input).allclose(byStream.call(input), 0, 0));
    }

    [Fact]
    public void Buffers_are_pythons()
    {
        using var scope = NewDisposeScope();
        using var module = new Buffered();
        var expected = python.Values("""
            m = torch.nn.Module()
            m.register_buffer("scale", torch.arange(3.0))
            m.register_buffer("passing", torch.ones(2), persistent=False)
            r = [*m.buffers(), torch.tensor(len(m.state_dict()))]
            """);

        Assert.Equal(["scale", "passing"], module.named_buffers().Select(buffer => buffer.name));
        foreach (var (want, got) in expected.Zip(module.buffers())) TensorData.Same(want, got, 0);
        TensorData.Same(expected[0], module.get_buffer("scale")!, 0);
        TensorData.Same(expected[2], tensor((long)module.state_dict().Count), 0);
    }

    private sealed class Buffered : nn.Module<Tensor, Tensor>
    {
        public Buffered()
            : base(nameof(Buffered))
        {
            register_buffer("scale", arange(3, ScalarType.Float32));
            register_buffer("passing", ones(2), persistent: false);
        }

        public override Tensor forward(Tensor input) => input;
    }

    private static (nn.Module Module, Func<Tensor, Tensor[]> Forward) Of(nn.Module<Tensor, Tensor> module) => (module, input => [module.forward(input)]);

    private static (nn.Module Module, Func<Tensor, Tensor[]> Forward) Of(TorchSharp.Modules.LSTM module) => (module, input =>
    {
        var (output, hidden, cell) = module.forward(input);
        return [output, hidden, cell];
    }
    );
}
