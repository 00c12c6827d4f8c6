namespace GrpoAnalyzers.Runtime.Tests;

public class GoldenLossTests
{
    public static TheoryData<string> Cases =>
        [.. GoldenFile.Grpo.At("cases").EnumerateObject().Select(c => c.Name).Except(GoldenObjectives.NotCounted)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_the_golden_ones(string name)
    {
        var golden = GoldenFile.Grpo.At("cases", name);
        var advantages = golden.GetProperty("advantages");
        foreach (var layout in Enum.GetValues<Layout>())
        {
            foreach (var (type, tolerance) in new[] { (ScalarType.Float64, 1e-6), (ScalarType.Float32, 1e-4) })
            {
                using var scope = NewDisposeScope();
                var (fixture, inputs) = Fixture.GoldenInputs(
                    layout, type, advantages.ValueKind == System.Text.Json.JsonValueKind.Null ? null : advantages.Numbers());
                var result = GoldenObjectives.ByCase.TryGetValue(name, out var objective)
                    ? objective.Compute(inputs)
                    : GoldenObjectives.Others[name](inputs);
                result.Loss.backward();

                var where = $"{name}, {layout}, {type}";
                Close.To(golden.GetProperty("loss").GetDouble(), result.Loss, tolerance, where);
                Close.To(golden.GetProperty("grad").Rows(), fixture.Ragged(inputs.LogProbs.grad!), tolerance, where);
                Assert.True(inputs.LogProbs.grad!.isfinite().all().ToBoolean(), where + ": a gradient outside the mask");
            }
        }

        GoldenReport.Reproduced("grpo/cases/" + name);
    }

    [Fact]
    public void The_fixtures_are_those_of_the_shared_folder()
    {
        var shared = Directories.Shared("golden");
        if (shared is null)
        {
            return;
        }

        foreach (var name in new[] { "golden-grpo.json", "golden-seeds.json" })
        {
            Assert.Equal(File.ReadAllText(Path.Combine(shared, name)), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name)));
        }
    }
}
