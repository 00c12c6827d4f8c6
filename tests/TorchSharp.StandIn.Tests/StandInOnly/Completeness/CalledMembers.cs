using System.Reflection;
using System.Reflection.Emit;

namespace GrpoAnalyzers.StandIns.Tests.Completeness;

/// <summary>The methods that compiled code calls, read from its instructions.</summary>
internal static class CalledMembers
{
    private static readonly OpCode[] OneByte = new OpCode[256];

    private static readonly OpCode[] TwoByte = new OpCode[256];

    static CalledMembers()
    {
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            if (code.Size == 1) OneByte[code.Value] = code;
            else TwoByte[code.Value & 0xff] = code;
        }
    }

    /// <summary>Of all methods of a type and of the types nested in it, which hold the bodies of its lambdas, iterators and async methods.</summary>
    public static IEnumerable<MethodBase> Of(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return type.GetMembers(all).OfType<MethodBase>().SelectMany(Of).Concat(type.GetNestedTypes(all).SelectMany(Of));
    }

    private static IEnumerable<MethodBase> Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        for (var at = 0; at < code.Length;)
        {
            var operation = code[at] == 0xfe ? TwoByte[code[at + 1]] : OneByte[code[at]];
            at += operation.Size;
            if (operation.OperandType == OperandType.InlineMethod) yield return Resolve(method, BitConverter.ToInt32(code, at));
            at += OperandSize(operation.OperandType, code, at);
        }
    }

    private static MethodBase Resolve(MethodBase method, int token) => method.Module.ResolveMethod(
        token,
        method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null)!;

    private static int OperandSize(OperandType type, byte[] code, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
