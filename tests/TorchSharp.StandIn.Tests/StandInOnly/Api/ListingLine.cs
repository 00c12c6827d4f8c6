using System.Text.RegularExpressions;

namespace GrpoAnalyzers.StandIns.Tests;

/// <summary>A line of an API listing without what callers cannot notice: modifiers, nullability, constraints, attributes, names in tuples.</summary>
internal static partial class ListingLine
{
    public static bool IsType(string line) => TypeHead().IsMatch(line);

    public static string Member(string line)
    {
        line = Constraints().Replace(Attributes().Replace(line, ""), "").Replace("?", "", StringComparison.Ordinal);
        line = Modifiers().Replace(line, "");
        // The listing writes a property that holds a delegate as the delegate's signature.
        line = DelegateProperty().Replace(line, ".get -> $1");
        line = EnumConstant().Replace(line, "$1 -> ");
        return Unname(line);
    }

    public static string Declaration(string line)
    {
        var head = TypeHead().Match(line);
        var bases = Constraints().Replace(line[head.Length..], "").TrimStart(' ', ':').Replace("?", "", StringComparison.Ordinal);
        return head.Groups[1].Value + " : " + Unname(bases);
    }

    /// <summary>A member as one names it in prose: no result, no names of parameters, no defaults.</summary>
    public static string Call(string member)
    {
        member = Accessor().Replace(Result().Replace(StaticModifier().Replace(member, ""), ""), "");
        var open = member.Contains("operator", StringComparison.Ordinal)
            ? member.IndexOf('(', member.IndexOf("operator", StringComparison.Ordinal))
            : ParameterList().Match(member) is { Success: true } list ? list.Index : -1;
        if (open < 0) return DefaultValue().Replace(member, "");
        var types = Elements(member[(open + 1)..^1].Replace('(', '{').Replace(')', '}'))
            .Select(one => ElementName().Replace(DefaultValue().Replace(ThisModifier().Replace(one, ""), ""), "").Replace('{', '(').Replace('}', ')'));
        return member[..(open + 1)] + string.Join(", ", types) + member[^1];
    }

    /// <summary>(int a, int b) as a type is (int, int); a list of parameters keeps its names.</summary>
    private static string Unname(string text)
    {
        string before;
        do
        {
            before = text;
            text = NamedTuple().Replace(text, match => "{" + string.Join(", ", Elements(match.Groups[1].Value).Select(one => ElementName().Replace(one, ""))) + "}");
        }
        while (text != before);
        return text.Replace('{', '(').Replace('}', ')');
    }

    private static IEnumerable<string> Elements(string list)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] is '<' or '[' or '{') depth++;
            if (list[i] is '>' or ']' or '}') depth--;
            if (list[i] != ',' || depth > 0) continue;
            yield return list[start..i].Trim();
            start = i + 1;
        }

        yield return list[start..].Trim();
    }

    [GeneratedRegex(@"^(?:protected )?([^( ]*(?:<[^(]*?>[^( ]*)?) \[[a-z ]*(?:class|struct|enum|interface)\]")]
    private static partial Regex TypeHead();

    [GeneratedRegex(@" @?\w+$")]
    private static partial Regex ElementName();

    [GeneratedRegex(@" -> .*$")]
    private static partial Regex Result();

    [GeneratedRegex(@"^static ")]
    private static partial Regex StaticModifier();

    [GeneratedRegex(@"\.(?:get|set)$")]
    private static partial Regex Accessor();

    [GeneratedRegex(@"(?<=[\w>])\(|(?<=this)\[")]
    private static partial Regex ParameterList();

    [GeneratedRegex(@" = .*$")]
    private static partial Regex DefaultValue();

    [GeneratedRegex(@"^this ")]
    private static partial Regex ThisModifier();

    [GeneratedRegex(@" where .*$")]
    private static partial Regex Constraints();

    [GeneratedRegex(@" \[(?:Obsolete|nullable)[^\]]*\]$")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"^(?:(?:protected|internal|virtual|override|abstract|sealed|readonly|const) )+|(?<=^(?:protected )?static )(?:readonly )|^protected (?=static )")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@"\.get -> \S+ (System\.Func<.*>)\(.*\)$")]
    private static partial Regex DelegateProperty();

    [GeneratedRegex(@"^(\S+) = [A-Za-z.]+\.[A-Za-z]+ -> ")]
    private static partial Regex EnumConstant();

    // A list of parameters follows a name or an operator's sign, a tuple does not.
    [GeneratedRegex(@"(?<=^|[ <({\[])(?<!operator <{1,2})\(([^()]*)\)")]
    private static partial Regex NamedTuple();
}
