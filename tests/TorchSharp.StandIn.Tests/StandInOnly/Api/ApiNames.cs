using System.Reflection;

namespace GrpoAnalyzers.StandIns.Tests;

/// <summary>Types, parameters and default values in the words of the API listings.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
        [typeof(nint)] = "nint",
    };

    private static readonly HashSet<string> Reserved =
        ["out", "base", "bool", "byte", "char", "double", "float", "int", "long", "short", "event", "in", "ref", "params", "lock", "object"];

    public static string Of(Type type)
    {
        if (type.IsByRef) return Of(type.GetElementType()!);
        if (Keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsArray) return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter) return type.Name;
        // Reference types carry no mark in metadata that is comparable, so that nullability is left out on both sides.
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Nullable<>)) return Of(type.GetGenericArguments()[0]);
        if (type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal)) return $"({string.Join(", ", type.GetGenericArguments().Select(Of))})";
        return Qualified(type, type.GetGenericArguments());
    }

    public static string Identifier(string name) => Reserved.Contains(name) ? "@" + name : name;

    public static string Parameters(ParameterInfo[] parameters, bool extension = false) =>
        string.Join(", ", parameters.Select((parameter, i) => (extension && i == 0 ? "this " : "") + Parameter(parameter)));

    private static string Parameter(ParameterInfo parameter)
    {
        var modifier = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        var value = parameter.HasDefaultValue ? " = " + Default(parameter.DefaultValue, parameter.ParameterType) : "";
        return modifier + Of(parameter.ParameterType) + " " + Identifier(parameter.Name!) + value;
    }

    private static string Default(object? value, Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => type.IsValueType && bare == type ? $"default({Of(type)})" : "null",
            _ when bare.IsEnum => $"{Of(bare)}.{Enum.ToObject(bare, value)}",
            bool truth => truth ? "true" : "false",
            string text => $"\"{text}\"",
            char letter => $"'{letter}'",
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }

    private static string Qualified(Type type, Type[] arguments)
    {
        var name = type.Name.Split('`')[0];
        var outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var own = arguments.Skip(outer).Take(type.GetGenericArguments().Length - outer).Select(Of).ToArray();
        if (own.Length > 0) name += $"<{string.Join(", ", own)}>";
        if (type.DeclaringType is { } declaring) return $"{Qualified(declaring, arguments)}.{name}";
        return type.Namespace is { } space ? $"{space}.{name}" : name;
    }
}
