using System.Text.Json;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Reads golden-seeds.json and notes which of its entries were reproduced.</summary>
internal static class GoldenSeeds
{
    internal static JsonElement Golden(params string[] path) => GoldenFile.Seeds.At(path);

    internal static Tensor Row(JsonElement numbers) => tensor(numbers.Numbers());

    internal static Tensor Matrix(JsonElement rows) => stack([.. rows.EnumerateArray().Select(Row)], 0);

    internal static Tensor Flags(JsonElement numbers) => Row(numbers).ne(0);

    internal static void Same(string entry, double[] wanted, Tensor found, double tolerance = 1e-6)
    {
        Close.To(wanted, found, tolerance, entry);
        GoldenReport.Reproduced("seeds/" + entry);
    }

    internal static void Same(string entry, double wanted, double found, double tolerance = 1e-6)
    {
        Close.To(wanted, found, tolerance, entry);
        GoldenReport.Reproduced("seeds/" + entry);
    }
}
