using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>What the framework's own members do to numbers, tasks and containers; the rest of the world is opaque.</summary>
internal sealed partial class Reader
{
    private Node LibraryCall(IInvocationOperation call, Node? self, Node[] arguments, State state, Frame frame)
    {
        if (SequenceCall(call, self, arguments, state, frame) is { } sequence)
        {
            return sequence;
        }

        var method = call.TargetMethod;
        var space = method.ContainingNamespace?.ToDisplayString() ?? "";
        var type = method.ContainingType?.Name ?? "";
        if (type is "Math" or "MathF" or "Single" or "Double" && space == "System" && NumberCall(call, self, arguments, frame) is { } number)
        {
            return number;
        }

        if (type == "TensorPrimitives" && PrimitivesCall(call, arguments, state, frame) is { } primitive)
        {
            return primitive;
        }

        if (space.StartsWith("System.Threading.Tasks", StringComparison.Ordinal) || space.StartsWith("System.Runtime.CompilerServices", StringComparison.Ordinal))
        {
            return TaskCall(call, self, arguments, state, frame);
        }

        if (method.Name == "MoveNext" && self is { Op: Op.Enumerator })
        {
            RunOver(LoopAt(frame), self[0]);
            return Opaque(call, frame, self);
        }

        return UnknownCall(call, self, arguments, state, frame);
    }

    private Node UnknownCall(IInvocationOperation call, Node? self, Node[] arguments, State state, Frame frame)
    {
        // What is not known may run the functions it is given, and change what it can reach.
        var results = new List<Node>();
        foreach (var function in arguments.Where(IsDelegate))
        {
            var loop = new Loop(LoopKind.Sequence, frame, -1, LoopAt(frame), SiteOf(call, frame));
            var count = function.Data is DelegateTarget target ? target.Method.Parameters.Length : 0;
            var unknown = Enumerable.Range(0, count).Select(_ => Opaque(call, frame)).ToArray();
            results.Add(Invoke(function, unknown, call, state, frame, call.TargetMethod.Name is "Run" or "Invoke" ? null : loop));
        }

        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref)
            {
                Assign(argument.Value, Opaque(argument, frame, arguments), state, frame);
            }
        }

        if (arguments.Any(argument => argument.Op is Op.Forward) || (call.Instance is { } instance && types.IsModule(instance.Type)))
        {
            epoch++;
        }

        Node[] inputs = self is null ? [.. arguments, .. results] : [self, .. arguments, .. results];
        return Opaque(call, frame, inputs);
    }

    private Node TaskCall(IInvocationOperation call, Node? self, Node[] arguments, State state, Frame frame)
    {
        switch (call.TargetMethod.Name)
        {
            case "Run" or "StartNew" when arguments.Length > 0 && IsDelegate(arguments[0]):
                return Invoke(arguments[0], [], call, state, frame);
            case "FromResult" when arguments.Length > 0:
                return arguments[0];
            case "GetAwaiter" or "GetResult" or "ConfigureAwait" or "AsTask" or "WaitAsync" when self is not null:
                return self;
            case "GetAwaiter" or "ConfigureAwait" or "WithCancellation" when arguments.Length > 0:
                return arguments[0];
            default:
                return UnknownCall(call, self, arguments, state, frame);
        }
    }

    private Node? NumberCall(IInvocationOperation call, Node? self, Node[] arguments, Frame frame)
    {
        var operands = self is null ? arguments : [self, .. arguments];
        var one = Graph.Constant(1.0, SiteOf(call, frame));
        return (call.TargetMethod.Name, operands.Length) switch
        {
            ("Sqrt", 1) => Make(Op.Sqrt, call, frame, operands),
            ("ReciprocalSqrtEstimate", 1) => Make(Op.Div, call, frame, one, Make(Op.Sqrt, call, frame, operands)),
            ("ReciprocalEstimate", 1) => Make(Op.Div, call, frame, one, operands[0]),
            ("Exp", 1) => Make(Op.Exp, call, frame, operands),
            ("Log" or "Log2" or "Log10", >= 1) => Make(Op.Log, call, frame, operands[0]),
            ("Abs", 1) => Make(Op.Abs, call, frame, operands),
            ("Sign", 1) => Make(Op.Sign, call, frame, operands),
            ("Tanh", 1) => Make(Op.Tanh, call, frame, operands),
            ("Pow", 2) => Make(Op.Pow, call, frame, operands),
            ("Min", 2) => Make(Op.Min, call, frame, operands),
            ("Max", 2) => Make(Op.Max, call, frame, operands),
            ("Clamp", 3) => Make(Op.Clamp, call, frame, operands),
            ("IsNaN" or "IsInfinity" or "IsFinite" or "IsPositiveInfinity" or "IsNegativeInfinity", 1) => Make(Op.FiniteTest, call, frame, operands),
            ("FusedMultiplyAdd", 3) => Make(Op.Add, call, frame, Make(Op.Mul, call, frame, operands[0], operands[1]), operands[2]),
            _ => null,
        };
    }

    /// <summary>System.Numerics.Tensors.TensorPrimitives: spans in, numbers out or a span filled.</summary>
    private Node? PrimitivesCall(IInvocationOperation call, Node[] arguments, State state, Frame frame)
    {
        Node Contents(int index) => arguments[index].IsScalar ? arguments[index] : ElementOf(arguments[index], call, state, frame, null);
        Node Total(Op op, Node value) => Reduced(op, value, call, frame);

        switch (call.TargetMethod.Name, arguments.Length)
        {
            case ("Sum", 1):
                return Total(Op.Sum, Contents(0));
            case ("Average", 1):
                return Total(Op.Mean, Contents(0));
            case ("StdDev", 1):
                return Total(Op.Std, Contents(0));
            case ("Norm", 1):
                return Total(Op.Norm, Contents(0));
            case ("Dot", 2):
                return Total(Op.Sum, Make(Op.Mul, call, frame, Contents(0), Contents(1)));
            case ("SumOfSquares", 1):
                return Total(Op.Sum, Make(Op.Mul, call, frame, Contents(0), Contents(0)));
            case ("Add" or "Subtract" or "Multiply" or "Divide", 3):
                var op = call.TargetMethod.Name switch { "Add" => Op.Add, "Subtract" => Op.Sub, "Multiply" => Op.Mul, _ => Op.Div };
                var value = Make(op, call, frame, Contents(0), Contents(1));
                var target = IdentityOf(arguments[2]);
                owners[target.Number] = target;
                state.Set(Place.ContentsOf(target), value);
                return Graph.None;
            default:
                return null;
        }
    }

    private Node LibraryProperty(IPropertyReferenceOperation reference, Node owner, State state, Frame frame)
    {
        switch (reference.Property.Name)
        {
            case "Length" or "Count" or "LongLength":
                return CountOf(owner, reference, frame);
            case "Current" when owner.Op == Op.Enumerator:
                RunOver(LoopAt(frame), owner[0]);
                return owner[0].Op == Op.Range
                    ? RangeElement(owner[0], reference, frame)
                    : ElementOf(owner[0], reference, state, frame, LoopAt(frame));
            case "Current" when LoopAt(frame) is { } loop:
                // A sequence of which only the enumerator is known: still one element after the other.
                return ElementOf(owner, reference, state, frame, loop);
            case "Values" or "Keys" or "Span" when reference.Instance?.Type is { } type && IsContainerType(type):
                return reference.Property.Name == "Keys" ? Opaque(reference, frame, owner) : owner;
            case "Result":
                return owner;
            case "HasValue":
                return NullTest(reference, owner, frame);
            case "Value" when IsPair(reference.Instance?.Type) || IsNullable(reference.Instance?.Type):
                return owner;
            case "Key" when IsPair(reference.Instance?.Type):
                return Opaque(reference, frame, owner);
        }

        var value = Graph.Number(Op.Input, [IdentityOf(owner)], reference.Property, SiteOf(reference, frame), LoopAt(frame));
        value.IsScalar = types.IsScalar(reference.Type);
        return value;
    }

    private static bool IsNullable(ITypeSymbol? type) => type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    private static bool IsPair(ITypeSymbol? type) => type is INamedTypeSymbol { Name: "KeyValuePair" };

    private Node RangeElement(Node range, IOperation at, Frame frame)
    {
        var element = Graph.Number(Op.Element, [range], null, SiteOf(at, frame), LoopAt(frame));
        element.Driver = LoopAt(frame);
        element.IsScalar = true;
        return element;
    }

    private Node StaticLibraryProperty(IPropertyReferenceOperation reference, Frame frame)
    {
        var value = Graph.Number(Op.Input, [], reference.Property, SiteOf(reference, frame), null);
        value.IsScalar = types.IsScalar(reference.Type);
        return value;
    }
}
