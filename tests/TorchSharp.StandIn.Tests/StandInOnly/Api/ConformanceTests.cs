using System.Reflection;
using System.Text.RegularExpressions;

namespace GrpoAnalyzers.StandIns.Tests;

/// <summary>What compiles and runs against the stand-in must mean the same against the package: its members are the package's.</summary>
public sealed partial class ConformanceTests
{
    private static readonly Assembly StandIn = typeof(TorchSharp.torch).Assembly;

    private static readonly string[] Members = [.. AssemblyApi.Members(StandIn).Distinct()];

    [Theory]
    [InlineData('+')]
    [InlineData('-')]
    public void Every_member_is_the_packages(char version)
    {
        var listed = Listings.Of(version).Where(line => !ListingLine.IsType(line)).Select(ListingLine.Member).ToHashSet();

        var strangers = Members.Where(member => !listed.Contains(member));
        // netstandard2.0, for which 0.106.0 is listed, has none of these three types.
        if (version == '-') strangers = strangers.Where(member => !NewerThanNetStandard().IsMatch(member));

        Assert.Empty(strangers);
    }

    [Theory]
    [InlineData('+')]
    [InlineData('-')]
    public void Every_type_has_the_packages_base_types(char version)
    {
        var listed = Listings.Of(version).Where(ListingLine.IsType).Select(ListingLine.Declaration)
            .ToLookup(line => line.Split(" : ")[0], line => line);

        var strangers = AssemblyApi.Types(StandIn).Where(type => !typeof(Delegate).IsAssignableFrom(type))
            .Select(AssemblyApi.Declaration)
            .Where(own => !listed[own.Split(" : ")[0]].Any(line => HasConstraints(line) || Bases(own).All(one => line.Contains(one, StringComparison.Ordinal))))
            .ToList();

        Assert.True(strangers.Count == 0, string.Join('\n', strangers.Select(own => $"{own}\n    listed: {string.Join(" or ", listed[own.Split(" : ")[0]])}")));

        // The listing's constraints of type parameters stand where the bases would be: of such types only the name is compared.
        static bool HasConstraints(string line) => line.EndsWith(" : ", StringComparison.Ordinal);

        static IEnumerable<string> Bases(string declaration) =>
            declaration.Split(" : ")[1].Split(", ", StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Every_member_that_trainers_use_is_bound()
    {
        var bound = Members.Select(ListingLine.Call).Concat(AssemblyApi.Types(StandIn).Select(ApiNames.Of)).ToHashSet();

        var missing = Listings.Required.Where(line => !line.Contains(": named argument ", StringComparison.Ordinal))
            .Where(line => !bound.Contains(ListingLine.Member(line)));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_argument_that_trainers_name_has_that_name()
    {
        var missing = new List<string>();
        foreach (var line in Listings.Required.Where(line => line.Contains(": named argument ", StringComparison.Ordinal)))
        {
            var (member, argument) = (line.Split(": named argument ")[0], line.Split(": named argument ")[1]);
            if (member.EndsWith(".ctor", StringComparison.Ordinal)) member = member[..^4] + member.Split('.')[^2];
            var named = new Regex($@"^(?:static )?{Regex.Escape(member)}\(.*\b{argument}\b");
            if (!Members.Any(one => named.IsMatch(one))) missing.Add(line);
        }

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData('+', "PublicAPI.txt")]
    [InlineData('-', "PublicAPI-0.106.txt")]
    public void The_committed_lines_are_those_of_the_listings(char version, string file)
    {
        if (Listings.Folder() is not { } folder) return;

        var listing = File.ReadLines(Path.Combine(folder, file)).ToHashSet();

        Assert.DoesNotContain(Listings.Of(version), line => !listing.Contains(line));
        Assert.DoesNotContain(Listings.Fixture.Where(line => line[0] != ' ' && line[0] != version).Select(line => line[2..]), listing.Contains);
    }

    [Fact]
    public void The_committed_requirements_are_those_of_the_list()
    {
        if (Listings.Folder() is not { } folder) return;

        var list = File.ReadLines(Path.Combine(folder, "required-members.txt")).Where(line => line.Length > 0 && line[0] != '#');

        Assert.Equal(list, Listings.Required);
    }

    [GeneratedRegex(@"\bSystem\.(?:Half|Range|Index)\b")]
    private static partial Regex NewerThanNetStandard();
}
