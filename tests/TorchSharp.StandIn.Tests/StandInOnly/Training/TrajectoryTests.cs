using GrpoAnalyzers.StandIns.Tests.Completeness;
using GrpoAnalyzers.StandIns.Tests.Python;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Training;

/// <summary>Fifty steps of training: the parameters after every step, and the state of the optimiser at the end.</summary>
[ComparesWithPython]
public sealed class TrajectoryTests(PythonTorch python) : IClassFixture<PythonTorch>
{
    private const int Steps = 50;

    private const string Program = """
        torch.set_default_dtype(v.dtype)
        n = torch.nn
        m = n.ModuleList([n.Embedding(7, 6), n.LSTM(6, 5), n.LayerNorm(5), n.Linear(5, 7)]).to(v.dtype)
        p = list(m.parameters())
        torch.nn.utils.vector_to_parameters(v, p)
        p = [one.requires_grad_() for one in p]
        o = torch.optim.OPTIMIZER
        r = []
        for _ in range(50):
            o.zero_grad()
            F.cross_entropy(m[3](m[2](m[1](m[0](t))[0])).flatten(0, 1), t.roll(1, 0).flatten()).backward()
            o.step()
            r.append(torch.nn.utils.parameters_to_vector(p).detach().clone())
        r = [torch.stack(r)] + [torch.cat([o.state[one][k].flatten() for one in p]) for k in KEYS]
        """;

    public static MatrixTheoryData<string, ScalarType> Cases => new(Optimizers.All.Keys, [ScalarType.Float64, ScalarType.Float32]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fifty_steps_are_pythons(string optimizer, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = new Model(type);
        var (create, keys) = Optimizers.All[optimizer];
        var expected = python.Values(
            Program.Replace("OPTIMIZER", optimizer).Replace("KEYS", $"[{string.Join(", ", keys.Select(key => $"'{key}'"))}]"),
            ("v", nn.utils.parameters_to_vector(model.Parameters).detach()),
            ("t", model.Tokens));

        using var optimiser = create(model.Parameters);
        var path = new List<Tensor>();
        for (var step = 0; step < Steps; step++)
        {
            model.Train(optimiser);
            path.Add(nn.utils.parameters_to_vector(model.Parameters).detach().clone());
        }

        TensorData.Same(expected[0], stack(path), 1e-5);
        for (var i = 0; i < keys.Length; i++) TensorData.Same(expected[i + 1], State(optimiser, keys[i]), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_restored_optimiser_goes_on_where_the_saved_one_stopped(string optimizer)
    {
        using var scope = NewDisposeScope();
        using var straight = new Model(ScalarType.Float64);
        using var interrupted = new Model(ScalarType.Float64);
        var start = nn.utils.parameters_to_vector(straight.Parameters).detach().clone();
        nn.utils.vector_to_parameters(start, interrupted.Parameters);
        using var one = Optimizers.All[optimizer].Create(straight.Parameters);
        using var before = Optimizers.All[optimizer].Create(interrupted.Parameters);
        using var after = Optimizers.All[optimizer].Create(interrupted.Parameters);

        for (var step = 0; step < 10; step++) straight.Train(one);
        for (var step = 0; step < 4; step++) interrupted.Train(before);
        after.load_state_dict(before.state_dict());
        for (var step = 0; step < 6; step++) interrupted.Train(after);

        Assert.False(start.allclose(nn.utils.parameters_to_vector(straight.Parameters)));
        Assert.True(nn.utils.parameters_to_vector(straight.Parameters).allclose(nn.utils.parameters_to_vector(interrupted.Parameters), 0, 0));
    }

    public static TheoryData<string> Kinds => [.. Optimizers.All.Keys];

    [Fact]
    public void Both_processes_run_the_same_kernel_on_as_many_threads()
    {
        var (threads, blas, version) = python.About();

        Assert.Equal(PythonTorch.Threads, threads);
        Assert.Equal(PythonTorch.Threads, get_num_threads());
        Assert.NotEmpty(blas);
        Assert.Equal(blas, OpenBlas.Kernel());
        Assert.StartsWith(version.Split('a')[0], __version__);
    }

    private static Tensor State(OptimizerHelper optimiser, string key) => cat(optimiser.state_dict().State
        .Select(state => (Tensor)(state.GetType().GetField(key)?.GetValue(state) ?? state.GetType().GetProperty(key)!.GetValue(state))!)
        .Select(tensor => tensor.flatten()).ToArray());

    private sealed class Model : IDisposable
    {
        private readonly Embedding embedding = nn.Embedding(7, 6);
        private readonly LSTM lstm = nn.LSTM(6, 5);
        private readonly LayerNorm norm = nn.LayerNorm(5);
        private readonly Linear linear = nn.Linear(5, 7);

        public Model(ScalarType type)
        {
            foreach (var module in Modules) module.to(type);
            Parameters = [.. Modules.SelectMany(module => module.parameters())];
            var start = (arange(nn.utils.parameters_to_vector(Parameters).numel(), dtype: ScalarType.Float64) * 1.3).sin() * 0.5;
            nn.utils.vector_to_parameters(start.to(type), Parameters);
        }

        public Parameter[] Parameters { get; }

        public Tensor Tokens { get; } = arange(12).reshape(4, 3) * 5 % 7;

        private nn.Module[] Modules => [embedding, lstm, norm, linear];

        public void Train(OptimizerHelper optimiser)
        {
            optimiser.zero_grad();
            var logits = linear.call(norm.call(lstm.call(embedding.call(Tokens)).Item1));
            nn.functional.cross_entropy(logits.flatten(0, 1), Tokens.roll(1, 0).flatten()).backward();
            optimiser.step();
        }

        public void Dispose()
        {
            foreach (var module in Modules) module.Dispose();
        }
    }
}
