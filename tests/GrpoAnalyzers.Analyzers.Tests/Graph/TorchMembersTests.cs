using System.Reflection;
using System.Text.RegularExpressions;
using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Analyzers.Tests.Graph;

/// <summary>The table of TorchSharp's members names nothing that TorchSharp does not have.</summary>
public sealed partial class TorchMembersTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> Bound = [.. typeof(TorchSharp.torch).Assembly.GetExportedTypes()
        .SelectMany(type => type.GetMembers(Declared))
        .Select(member => member.Name)];

    public static TheoryData<string> Names => [.. TorchMembers.Table.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void MemberIsBound(string name) => Assert.True(Bound.Contains(name) || Bound.Contains(name + "_"), name);

    [Fact]
    public void EveryMemberStandsInTheListingsOfThePackage()
    {
        var listed = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "public-api.txt"))
            .Where(line => line[0] != '#')
            .SelectMany(line => MemberName().Matches(line).Select(match => match.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);

        Assert.All(TorchMembers.Table.Keys, name => Assert.True(listed.Contains(name) || listed.Contains(name + "_"), name));
    }

    [Theory]
    [InlineData("div_", "div")]
    [InlineData("clamp_", "clamp")]
    [InlineData("exp_", "exp")]
    public void FormInPlaceIsTheOperation(string name, string operation)
    {
        var found = TorchMembers.Find(name, out var inPlace);

        Assert.True(inPlace);
        Assert.Equal(TorchMembers.Table[operation].Op, found?.Op);
    }

    // The name before an argument list, type parameters, an accessor or a constant's value.
    [GeneratedRegex(@"\.@?([A-Za-z_][A-Za-z0-9_]*)(?=[(<]|\.get\b|\.set\b| \[| ->| =)")]
    private static partial Regex MemberName();
}
