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

    private static readonly HashSet<string> NotFlowing =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Graph", "not-flowing.txt")).Where(line => line.Length > 0 && line[0] != '#')];

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

    [Fact]
    public void EveryMemberThatGivesATensorIsReadOrListedAsNotFlowing()
    {
        var members = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "public-api.txt"))
            .Where(line => line[0] != '#')
            .Select(line => TensorMember().Match(line[2..]))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value + match.Groups[2].Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(members.Count > 500, $"The listing has only {members.Count} members that give tensors.");

        Assert.Empty(members.Where(name => TorchMembers.Find(name, out _) is null && !NotFlowing.Contains(name) && !NotFlowing.Contains(name.TrimEnd('_'))).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(NotFlowing, TorchMembers.Table.ContainsKey);
        Assert.All(NotFlowing, name => Assert.True(members.Contains(name) || members.Contains(name + "_"), name));
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

    // A member of a tensor that gives one, or a function of torch from tensors to tensors.
    [GeneratedRegex(@"^(?:(?:static )?TorchSharp\.torch\.Tensor\.@?(\w+)(?:\(|\.get).*-> .*torch\.Tensor\b|static TorchSharp\.torch\.@?(\w+)\(.*torch\.Tensor.*\) -> .*torch\.Tensor\b)")]
    private static partial Regex TensorMember();

    // The name before an argument list, type parameters, an accessor or a constant's value.
    [GeneratedRegex(@"\.@?([A-Za-z_][A-Za-z0-9_]*)(?=[(<]|\.get\b|\.set\b| \[| ->| =)")]
    private static partial Regex MemberName();
}
