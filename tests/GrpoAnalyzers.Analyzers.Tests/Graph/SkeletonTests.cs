using System.Security.Cryptography;
using System.Text;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests.Graph;

/// <summary>
/// No two cases with a defect are the same trainer in other words: before anything is known of ratios or advantages, their graphs differ, numbers aside.
/// </summary>
public sealed class SkeletonTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryCaseWithADefectHasASkeletonOfItsOwn()
    {
        var skeletons = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var counted = CaseCorpus.All.Where(shape => shape.Expected.Count > 0 && !CaseCorpus.Pending.Contains(shape.Name)).ToList();
        foreach (var shape in counted)
        {
            var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Skeleton(CaseCompilation.Compile(shape)))));
            if (!skeletons.TryGetValue(hash, out var names))
                skeletons.Add(hash, names = []);
            names.Add(shape.Name);
        }

        var line = $"[report] skeletons: {skeletons.Count} among {counted.Count} cases with a defect";
        output.WriteLine(line);
        Console.WriteLine(line);
        Assert.Empty(skeletons.Values.Where(names => names.Count > 1).Select(names => string.Join(" = ", names)));
    }

    /// <summary>The events of a trainer in their order, with the values they are about and the loops they stand in.</summary>
    private static string Skeleton(Compilation compilation)
    {
        var text = new GraphText(withConstants: false);
        var source = new TrainerSource(compilation, KnownTypes.Of(compilation)!);
        var types = compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>();
        var readings = types.Select(type => source.ModelOf(type, TrainerOptions.Default, TestContext.Current.CancellationToken))
            .Where(model => model is not null)
            .SelectMany(model => model!.Surrogates)
            .Select(surrogate => surrogate.Reading)
            .Distinct()
            .ToList();
        Assert.NotEmpty(readings);
        foreach (var reading in readings)
        {
            foreach (var happening in reading.Events)
            {
                text.Append(happening.Kind.ToString());
                for (var loop = happening.Loop; loop is not null; loop = loop.Parent)
                {
                    text.Append(" in ").Append(loop.Kind.ToString());
                    foreach (var condition in loop.Conditions)
                        text.Append(" if ").Add(condition);
                }

                if (happening.Subject is { } subject)
                    text.Append(" of ").Add(subject);
                text.Append("\n");
            }

            if (reading.Returned is { } returned)
                text.Append("returned ").Add(returned.Loss);
        }

        return text.ToString();
    }
}
