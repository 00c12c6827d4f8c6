using System.Reflection;
using System.Runtime.CompilerServices;

namespace GrpoAnalyzers.StandIns.Tests;

/// <summary>What an assembly shows to its users, one line a member, in the form of <see cref="ListingLine"/>.</summary>
internal static class AssemblyApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Modulus"] = "%",
        ["op_UnaryNegation"] = "-",
        ["op_OnesComplement"] = "~",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_ExclusiveOr"] = "^",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThan"] = ">",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_LeftShift"] = "<<",
        ["op_RightShift"] = ">>",
    };

    public static IEnumerable<Type> Types(Assembly assembly) => assembly.GetTypes().Where(Visible);

    public static IEnumerable<string> Members(Assembly assembly) => Types(assembly).SelectMany(Members);

    /// <summary>The name of a type, its base type and its interfaces.</summary>
    public static string Declaration(Type type)
    {
        var bases = new List<string>();
        if (type.IsClass && type.BaseType is { } parent && parent != typeof(object)) bases.Add(ApiNames.Of(parent));
        if (!type.IsEnum) bases.AddRange(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(one => one.IsVisible).Select(ApiNames.Of).Order(StringComparer.Ordinal));
        return ApiNames.Of(type) + " : " + string.Join(", ", bases);
    }

    private static IEnumerable<string> Members(Type type)
    {
        var name = ApiNames.Of(type);
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{name}.{ApiNames.Identifier(field.Name)} = {Convert.ToInt64(field.GetRawConstantValue())} -> {name}");
        }

        return Constructors(type, name).Concat(Fields(type, name)).Concat(Properties(type, name)).Concat(Methods(type, name));
    }

    private static IEnumerable<string> Constructors(Type type, string name) =>
        from one in type.GetConstructors(Declared)
        where Visible(one) && !one.IsStatic
        select $"{name}.{type.Name.Split('`')[0]}({ApiNames.Parameters(one.GetParameters())}) -> void";

    private static IEnumerable<string> Fields(Type type, string name) =>
        from field in type.GetFields(Declared)
        where field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly
        let constant = field.IsLiteral && !field.FieldType.IsEnum ? " = " + field.GetRawConstantValue() : ""
        select $"{(field.IsStatic && !field.IsLiteral ? "static " : "")}{name}.{ApiNames.Identifier(field.Name)}{constant} -> {ApiNames.Of(field.FieldType)}";

    private static IEnumerable<string> Properties(Type type, string name) =>
        from property in type.GetProperties(Declared)
        from accessor in new[] { property.GetMethod, property.SetMethod }
        where Visible(accessor)
        let index = property.GetIndexParameters()
        let member = index.Length > 0 ? $"this[{ApiNames.Parameters(index)}]" : ApiNames.Identifier(property.Name)
        let result = accessor == property.GetMethod ? $"get -> {ApiNames.Of(property.PropertyType)}" : "set -> void"
        select $"{(accessor!.IsStatic ? "static " : "")}{name}.{member}.{result}";

    private static IEnumerable<string> Methods(Type type, string name) =>
        from method in type.GetMethods(Declared)
        where Visible(method) && method.Name != "Finalize" && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        where !method.Name.Contains('.') && !method.Name.Contains('<')
        select (method.IsStatic ? "static " : "") + $"{name}.{Signature(method)} -> {ApiNames.Of(method.ReturnType)}";

    private static string Signature(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(ApiNames.Of))}>" : "";
        var name = method.Name switch
        {
            "op_Implicit" => "implicit operator " + ApiNames.Of(method.ReturnType),
            "op_Explicit" => "explicit operator " + ApiNames.Of(method.ReturnType),
            _ when Operators.TryGetValue(method.Name, out var sign) => "operator " + sign,
            _ => ApiNames.Identifier(method.Name) + generic,
        };
        return $"{name}({ApiNames.Parameters(method.GetParameters(), method.IsDefined(typeof(ExtensionAttribute)))})";
    }

    private static bool Visible(MethodBase? method) => method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static bool Visible(Type type) => type.IsNested
        ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && Visible(type.DeclaringType!)
        : type.IsPublic;
}
