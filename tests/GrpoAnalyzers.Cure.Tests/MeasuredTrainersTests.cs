namespace GrpoAnalyzers.Cure.Tests;

/// <summary>How many trainers are measured; each is cured or fails in the tests of its rule.</summary>
public sealed class MeasuredTrainersTests(ITestOutputHelper output)
{
    [Fact]
    public void AreFortyOrMore()
    {
        var names = new List<string>();
        foreach (var (rule, measured) in new[] { ("GRPO001", LengthCases.Offered), ("GRPO002", SpreadCases.Offered), ("GRPO003", UpdateCases.Offered) })
        {
            output.WriteLine($"{rule}: {measured.Count} trainers are measured");
            Assert.True(measured.Count >= 12, $"{rule}: {measured.Count}");
            names.AddRange(measured.Select(item => item.Name));
        }

        Assert.True(names.Distinct(StringComparer.Ordinal).Count() >= 40);
    }
}
