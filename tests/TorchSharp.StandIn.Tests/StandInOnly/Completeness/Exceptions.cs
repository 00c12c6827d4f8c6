namespace GrpoAnalyzers.StandIns.Tests.Completeness;

/// <summary>Members whose result python cannot be asked for, by the reason.</summary>
internal static class Exceptions
{
    private static readonly (string Pattern, string Reason)[] All =
    [
        ("Tensor.DetachFromDisposeScope(", "returns its receiver; see DisposeScopeTests"),
        ("Tensor.DetatchFromDisposeScope(", "returns its receiver; see DisposeScopeTests"),
        ("Tensor.MoveTo", "returns its receiver; see DisposeScopeTests"),
        ("WrappedTensorDisposeScope(", "returns its function's tensor; see DisposeScopeTests"),
        ("Tensor.Load(", "reads a format that python has not; see SerializationTests"),
        ("TensorExtensionMethods.Load(", "reads a format that python has not; see SerializationTests"),
        ("TensorExtensionMethods.print(", "returns its receiver, having printed it"),
        ("autograd.Function<T>.apply_internal(", "is what apply of either kind of function calls"),
        ("Tensor.UnsafeCreateTensor(", "takes over a handle"),
        ("Tensor.cuda(", "needs a GPU"),
        ("Tensor.pin_memory(", "needs a GPU"),
    ];

    public static IEnumerable<string> Patterns => All.Select(one => one.Pattern);

    public static string? Reason(string member) => All.FirstOrDefault(one => Matches(one.Pattern, member)).Reason;

    /// <summary>A pattern is the beginning of a member's description.</summary>
    public static bool Matches(string pattern, string member) => member.StartsWith(pattern, StringComparison.Ordinal);
}
