namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Numbers that agree, absolutely below 1 and relatively above.</summary>
internal static class Close
{
    internal static void To(double expected, double actual, double tolerance, string where) =>
        Assert.True(
            Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)),
            $"{where}: wanted {expected:R}, found {actual:R}");

    internal static void To(double expected, Tensor actual, double tolerance, string where) =>
        To(expected, actual.to(ScalarType.Float64).ToDouble(), tolerance, where);

    internal static void To(double[] expected, Tensor actual, double tolerance, string where) =>
        To(expected, Numbers(actual), tolerance, where);

    internal static void To(double[] expected, double[] actual, double tolerance, string where)
    {
        Assert.True(expected.Length == actual.Length, $"{where}: wanted {expected.Length} numbers, found {actual.Length}");
        for (var i = 0; i < expected.Length; i++)
        {
            To(expected[i], actual[i], tolerance, $"{where} [{i}]");
        }
    }

    internal static void To(double[][] expected, double[][] actual, double tolerance, string where)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            To(expected[i], actual[i], tolerance, $"{where} row {i}");
        }
    }

    internal static double[] Numbers(Tensor values) => values.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
}
