using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using GrpoAnalyzers.StandIns.Tests.Python;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

/// <summary>Every operator has python's values, python's gradients and python's refusals, on every kind of inputs.</summary>
public sealed partial class OperatorTests(OperatorTests.PythonWithInputs python) : IClassFixture<OperatorTests.PythonWithInputs>
{
    private static readonly Dictionary<string, Comparison> ByExpression = Comparisons.All.ToDictionary(comparison => comparison.Python);

    /// <summary>Refused in other words, since another operator of libtorch meets the arguments first.</summary>
    private static readonly HashSet<string> WordedOtherwise =
    [
        "a.clone().divide_(4, rounding_mode='floor')",
        "torch.linalg.pinv(n)",
        "a.requires_grad_().detach()",
        "torch.nn.functional._scaled_dot_product_attention(a, c, c)[0]",
        "torch.nn.functional._scaled_dot_product_attention(a, c, c, is_causal=True)[0]",
        "torch.nn.functional._scaled_dot_product_attention(a, c, c, m)[0]",
    ];

    public static TheoryData<string> Expressions => [.. ByExpression.Keys];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Values_gradients_and_refusals_are_pythons(string expression)
    {
        var comparison = ByExpression[expression];
        var differences = new List<string>();
        var compared = 0;
        foreach (var (set, values) in InputSets.All)
        {
            var expected = python.Torch.Ask(set, "r = " + expression, true);
            if (expected.Error is null) compared++;
            Assert.False(expected.Error is "AttributeError" or "NameError" or "SyntaxError", $"{expression} is not python: {expected.Message}");
            for (var form = 0; form < comparison.Forms.Length; form++)
            {
                if (Difference(expression, expected, comparison.Forms[form], values, set) is { } difference) differences.Add($"{set}, form {form + 1}: {difference}");
            }
        }

        Assert.True(differences.Count == 0, expression + "\n" + string.Join('\n', differences));
        Assert.True(compared > 0, $"{expression}: python refuses all inputs, so that nothing is compared.");
    }

    private static string? Difference(string expression, PythonAnswer expected, Func<Inputs, object?> form, IReadOnlyDictionary<string, Tensor> values, string set)
    {
        using var scope = NewDisposeScope();
        var inputs = new Inputs(values);
        List<Tensor> results = [];
        if (Refusal(() => results.AddRange(Tensors(form(inputs)))) is { } refusal)
        {
            if (expected.Error is null) return $"throws where python does not: {refusal}";
            return expected.Error == "RuntimeError" && Words(expected.Message) != refusal && !WordedOtherwise.Contains(expression) ? $"says {refusal} where python says {expected.Message}" : null;
        }

        if (expected.Error is not null) return $"does not throw where python does: {expected.Error}: {expected.Message}";
        if (results.Count != expected.Values.Count) return $"{results.Count} tensors instead of {expected.Values.Count}";
        var tolerance = set == "float32" ? 1e-5 : 1e-12;
        for (var i = 0; i < results.Count; i++)
        {
            if (expected.Values[i].Difference(results[i], tolerance) is { } difference) return $"value {i + 1}: {difference}";
        }

        if (Refusal(() => WeightedSum.Of(results)?.backward()) != Words(expected.RefusedGradient)) return $"gradient refused otherwise than in python: {expected.RefusedGradient}";
        var gradients = inputs.Used.Where(input => input.Value.grad is not null).ToDictionary(input => input.Key, input => input.Value.grad!);
        if (expected.RefusedGradient is not null) return null;
        if (!gradients.Keys.ToHashSet().SetEquals(expected.Gradients.Keys)) return $"gradients of [{string.Join(", ", gradients.Keys)}] instead of [{string.Join(", ", expected.Gradients.Keys)}]";
        foreach (var (name, gradient) in gradients)
        {
            if (expected.Gradients[name].Difference(gradient, tolerance) is { } difference) return $"gradient of {name}: {difference}";
        }

        return null;
    }

    /// <summary>In a process with python libtorch calls a type of tensor as python does.</summary>
    private static string? Words(string? message) => message is null ? null : TypeName().Replace(message, "CPU$1Type");

    [GeneratedRegex(@"\btorch\.(\w+)Tensor\b")]
    private static partial Regex TypeName();

    private static string? Refusal(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ExternalException refusal)
        {
            return refusal.Message;
        }
        catch (ArgumentException refusal)
        {
            return refusal.Message;
        }
    }

    private static IEnumerable<Tensor> Tensors(object? result) => result switch
    {
        Tensor one => [one],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        System.Collections.IEnumerable many => many.Cast<object?>().SelectMany(Tensors),
        bool truth => [tensor(truth)],
        long number => [tensor(number)],
        double number => [tensor(number)],
        null => [],
        _ => throw new InvalidOperationException($"A result of type {result.GetType()} cannot be compared."),
    };

    public sealed class PythonWithInputs : IDisposable
    {
        public PythonWithInputs()
        {
            foreach (var (name, inputs) in InputSets.All) Torch.Set(name, inputs);
        }

        public PythonTorch Torch { get; } = new();

        public void Dispose() => Torch.Dispose();
    }
}
