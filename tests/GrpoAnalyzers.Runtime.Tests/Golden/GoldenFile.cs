using System.Text.Json;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The golden files: computed by independent scalar implementations, ../shared/golden/*.py.</summary>
internal static class GoldenFile
{
    internal static JsonElement Grpo { get; } = Read("golden-grpo.json");

    internal static JsonElement Seeds { get; } = Read("golden-seeds.json");

    internal static JsonElement At(this JsonElement element, params string[] path) =>
        path.Aggregate(element, (e, name) => e.GetProperty(name));

    internal static double[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetDouble())];

    internal static double[][] Rows(this JsonElement element) => [.. element.EnumerateArray().Select(e => e.Numbers())];

    private static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name))).RootElement;
}
