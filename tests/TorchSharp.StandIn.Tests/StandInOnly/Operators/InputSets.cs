using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

/// <summary>The kinds of inputs that every expression is evaluated on.</summary>
internal static class InputSets
{
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, Tensor>> All { get; } = new Dictionary<string, IReadOnlyDictionary<string, Tensor>>
    {
        ["float64"] = Floats(2, 3, 4),
        ["float32"] = Converted(Floats(2, 3, 4), ScalarType.Float32),
        ["int64"] = Integers(),
        ["bool"] = Converted(Integers(), ScalarType.Bool),
        ["empty"] = Floats(2, 0, 4),
        ["broadcast"] = Broadcast(),
        ["non-finite"] = NonFinite(),
    };

    private static Dictionary<string, Tensor> Floats(long outer, long rows, long columns)
    {
        var m = Wave(rows, rows, 0.9, 0.2);
        return new()
        {
            ["a"] = Wave(outer * rows, columns, 1.7, 0.3).mul(2).reshape(outer, rows, columns),
            ["b"] = Wave(1, columns, 1.0, 1.3).sub(1.5).reshape(columns),
            ["c"] = Wave(outer * rows, columns, 2.3, 0.8).add(0.1).reshape(outer, rows, columns),
            ["d"] = Wave(outer * columns, rows, 1.1, 0.5).reshape(outer, columns, rows),
            ["u"] = Wave(outer * rows, columns, 1.9, 0.4).mul(0.45).add(0.5).reshape(outer, rows, columns),
            ["w"] = Wave(outer * rows, columns, 1.3, 0.1).add(1.3).reshape(outer, rows, columns),
            ["m"] = m,
            ["n"] = Wave(rows, columns, 1.4, 0.7),
            ["p"] = m.matmul(m.transpose(0, 1)) + eye(rows, dtype: ScalarType.Float64),
            ["v"] = arange(rows, dtype: ScalarType.Float64).mul(0.7).sub(0.6),
            ["s"] = tensor(0.7),
            ["i"] = (arange(outer * rows * 2) * 5 % 3).reshape(outer, rows, 2),
            ["j"] = ((arange(rows) * 2) + 2) % Math.Max(rows, 1),
            ["k"] = Wave(outer * rows, columns, 2.9, 0.6).reshape(outer, rows, columns) > 0.1,
        };
    }

    private static Dictionary<string, Tensor> Integers()
    {
        var floats = Floats(2, 3, 4);
        return floats.ToDictionary(entry => entry.Key, entry => !entry.Value.is_floating_point() ? entry.Value : entry.Key switch
        {
            "u" or "w" => (entry.Value * 4).ceil().to(ScalarType.Int64),
            "v" => arange(3) - 1,
            _ => (entry.Value * 3).round().to(ScalarType.Int64),
        });
    }

    private static Dictionary<string, Tensor> Broadcast()
    {
        var inputs = Floats(2, 3, 4);
        foreach (var name in new[] { "a", "c", "u", "w", "k" }) inputs[name] = inputs[name][TensorIndex.Slice(1), TensorIndex.Colon, TensorIndex.Slice(0, 1)].clone();
        return inputs;
    }

    private static Dictionary<string, Tensor> NonFinite()
    {
        var inputs = Floats(2, 3, 4);
        var odd = tensor(new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, 1.0, -1.0, 1e308, 1e-308, 0.5 });
        var at = arange(24);
        inputs["a"] = odd[at % 10].reshape(2, 3, 4);
        inputs["c"] = odd[at * 7 % 10].reshape(2, 3, 4);
        inputs["b"] = odd[at[TensorIndex.Slice(0, 4)]];
        return inputs;
    }

    private static Dictionary<string, Tensor> Converted(Dictionary<string, Tensor> inputs, ScalarType type) =>
        inputs.ToDictionary(entry => entry.Key, entry => entry.Key is "i" or "j" or "k" ? entry.Value : entry.Value.to(type));

    private static Tensor Wave(long rows, long columns, double frequency, double phase) =>
        ((arange(rows * columns, dtype: ScalarType.Float64) * frequency) + phase).sin().reshape(rows, columns);
}
