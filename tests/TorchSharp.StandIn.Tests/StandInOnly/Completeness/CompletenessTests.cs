using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace GrpoAnalyzers.StandIns.Tests.Completeness;

/// <summary>Every member of the stand-in that makes a tensor is compared with python, or stands here with the reason why not.</summary>
public sealed class CompletenessTests
{
    [Fact]
    public void Every_member_that_returns_tensors_is_compared()
    {
        var compared = Compared();
        var missing = Members().Where(member => !IsCompared(member, compared)).Select(Describe).Where(member => Exceptions.Reason(member) is null).Order(StringComparer.Ordinal).ToArray();

        Assert.True(missing.Length == 0, $"{missing.Length} members are not compared:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void No_exception_is_idle()
    {
        var compared = Compared();
        var open = Members().Where(member => !IsCompared(member, compared)).Select(Describe).ToArray();

        Assert.DoesNotContain(Exceptions.Patterns, pattern => !open.Any(member => Exceptions.Matches(pattern, member)));
    }

    /// <summary>The comparisons are what stands between the stand-in and a wrong result: without python's torch they fail.</summary>
    [Fact]
    public void No_test_can_be_skipped()
    {
        var tests = typeof(CompletenessTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetCustomAttributes<FactAttribute>()).ToArray();
        var skips = typeof(CompletenessTests).Assembly.GetTypes().SelectMany(CalledMembers.Of).Where(call => call.DeclaringType == typeof(Assert) && call.Name.StartsWith("Skip", StringComparison.Ordinal));
        var settings = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "xunit.runner.json"));

        Assert.NotEmpty(tests);
        Assert.DoesNotContain(tests, test => test.Skip is not null || test.SkipWhen is not null || test.SkipUnless is not null);
        Assert.Empty(skips);
        Assert.Contains("\"failSkips\": true", settings);
    }

    private static HashSet<string> Compared()
    {
        var calls = CalledByComparisons().ToArray();
        return [.. calls.Select(Identity), .. calls.Select(Made).OfType<Type>().Select(made => "made " + ApiNames.Of(made))];
    }

    private static IEnumerable<MethodBase> CalledByComparisons() => typeof(CompletenessTests).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(ComparesWithPythonAttribute)))
            .SelectMany(CalledMembers.Of)
            .Where(method => method.Module == typeof(torch).Module);

    private static Type? Made(MethodBase method) => method is MethodInfo factory ? factory.ReturnType : method.DeclaringType;

    /// <summary>A compiled call names the member that is overridden: the override is the one called where its type is made, too.</summary>
    private static bool IsCompared(MethodBase member, HashSet<string> compared) =>
        compared.Contains(Identity(member))
        || (member is MethodInfo method && method.GetBaseDefinition() != method
            && compared.Contains(Identity(method.GetBaseDefinition())) && compared.Contains("made " + ApiNames.Of(method.DeclaringType!)));

    private static IEnumerable<MethodBase> Members() =>
        from type in AssemblyApi.Types(typeof(torch).Assembly)
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where !method.IsAbstract && HoldsTensors(method.ReturnType)
        select method;

    /// <summary>The definition that a constructed or overridden method comes from.</summary>
    private static string Identity(MethodBase method) => $"{method.Module.Name} {method.MetadataToken:x}";

    private static bool HoldsTensors(Type type)
    {
        if (type == typeof(torch.Tensor)) return true;
        if (type.IsArray) return HoldsTensors(type.GetElementType()!);
        if (!type.IsGenericType) return false;
        return (typeof(ITuple).IsAssignableFrom(type) || typeof(System.Collections.IEnumerable).IsAssignableFrom(type)) && type.GetGenericArguments().Any(HoldsTensors);
    }

    private static string Describe(MethodBase method) =>
        $"{ApiNames.Of(method.DeclaringType!)}.{method.Name}({ApiNames.Parameters(method.GetParameters())})".Replace("TorchSharp.torch.", "", StringComparison.Ordinal).Replace("TorchSharp.", "", StringComparison.Ordinal);
}
