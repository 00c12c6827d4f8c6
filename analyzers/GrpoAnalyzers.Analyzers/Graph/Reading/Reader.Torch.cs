using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Calls of TorchSharp, by the table of its members.</summary>
internal sealed partial class Reader
{
    /// <summary>Whether a call runs a module: <c>call</c> or <c>forward</c> on one, also where a class of the trainer overrides it.</summary>
    private bool IsModuleCall(IMethodSymbol method, ITypeSymbol? receiver) =>
        method.Name is "call" or "forward" && (types.IsModule(receiver) || types.IsModule(method.ContainingType)) && method.MethodKind == MethodKind.Ordinary;

    private Node TorchCall(IInvocationOperation call, Node? self, State state, Frame frame)
    {
        var method = call.TargetMethod;
        var values = ReadArguments(call.Arguments, state, frame);
        var arguments = new TorchArguments(call, self, values);
        if (method.Name is "call" or "forward" && self is not null)
        {
            return ModuleCall(call, self, values, state, frame);
        }

        if (TorchMembers.Find(method.Name, out var inPlace) is not { } member)
        {
            return TorchOther(call, self, values, state, frame);
        }

        var result = member.Form switch
        {
            TorchForm.Unary or TorchForm.Binary when member.Op == Op.Unary && arguments.Operands.Length > 0 => Make(Op.Unary, call, frame, method.Name.TrimEnd('_'), arguments.Operands),
            TorchForm.Unary when arguments.Operands.Length > 0 => Make(member.Op, call, frame, FunctionOf(member.Op, method), arguments.Operands[0]),
            TorchForm.Binary when arguments.Operands.Length > 1 => Make(member.Op, call, frame, arguments.Operands[0], Scaled(arguments, call, frame)),
            TorchForm.Comparison when arguments.Operands.Length > 1 => Make(Op.Compare, call, frame, member.Data, arguments.Operands[0], arguments.Operands[1]),
            TorchForm.Reduction when arguments.Operands.Length > 0 => Reduction(member.Op, call, arguments, state, frame),
            TorchForm.View when arguments.Operands.Length > 0 => View(member.Op, call, arguments, state, frame),
            TorchForm.Selection when arguments.Operands.Length > 0 => Selection(member.Op, call, arguments, frame),
            TorchForm.Random => Fresh(Op.Random, call, frame, null, arguments.Operands),
            TorchForm.Filled => Filled((double)member.Data!, call, frame),
            _ => TorchSpecial(call, inPlace ? method.Name.Substring(0, method.Name.Length - 1) : method.Name, arguments, values, state, frame),
        };

        if (inPlace && arguments.Operands.Length > 0 && types.IsTensor(OperandInPlace(call)?.Type))
        {
            ChangeInPlace(arguments.Operands[0], result, state);
        }

        return result;
    }

    /// <summary>Which function an operation stands for, where it stands for more than one.</summary>
    private static string? FunctionOf(Op op, IMethodSymbol method) =>
        op == Op.FiniteTest || (op == Op.Log && method.Name is not ("log" or "log_")) ? method.Name.TrimEnd('_') : null;

    /// <summary>What an in-place form changes: the tensor it is called on, or the first argument of a function such as <c>torch.div_</c>.</summary>
    private static IOperation? OperandInPlace(IInvocationOperation call) =>
        call.Instance ?? call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value;

    /// <summary>The second operand of a binary member, times <c>alpha</c> where that is given.</summary>
    private Node Scaled(TorchArguments arguments, IOperation at, Frame frame) =>
        arguments.Given("alpha") is { } alpha ? Make(Op.Mul, at, frame, arguments.Operands[1], alpha) : arguments.Operands[1];

    private Node Filled(double value, IOperation at, Frame frame)
    {
        var node = Graph.Constant(value, SiteOf(at, frame), LoopAt(frame));
        return node;
    }

    private Node Reduction(Op op, IInvocationOperation call, TorchArguments arguments, State state, Frame frame)
    {
        var axes = AxesOf(call, arguments, state, frame);
        var operand = arguments.Operands[0];
        if (op == Op.Opaque)
        {
            return Opaque(call, frame, operand);
        }

        if (op is Op.Quantile)
        {
            return Make(Op.Quantile, call, frame, axes, operand);
        }

        return Make(op, call, frame, axes, operand);
    }

    /// <summary>The dimensions of a reduction, whichever of its overloads is called.</summary>
    private Axes AxesOf(IInvocationOperation call, TorchArguments arguments, State state, Frame frame)
    {
        var dims = new List<long>();
        var any = false;
        var known = true;
        var calls = 0;
        foreach (var name in new[] { "dim", "dim0", "dim1", "dim2", "dims", "dimensions", "dimension", "axis" })
        {
            if (arguments.Given(name) is not { } value)
            {
                continue;
            }

            any = true;
            known &= AddDimensions(value, state, dims);
            calls = Math.Max(calls, CallsToDecision(arguments.OperationOf(name), frame));
        }

        var order = arguments.Given("p", "ord") is { } given && Constants.NumberOf(given) is { } number ? number : 2;
        return new Axes(
            any ? [.. dims] : null,
            arguments.Flag("keepdim") || arguments.Flag("keepDim") || arguments.Flag("keep_dim"),
            known,
            arguments.Flag("unbiased", otherwise: true),
            order)
        { CallsToDecision = calls, IgnoresNaN = call.TargetMethod.Name.StartsWith("nan", StringComparison.Ordinal) };
    }

    /// <summary>How many calls up an argument is decided: each method that hands on its own parameter leaves it to its caller.</summary>
    private int CallsToDecision(IOperation? argument, Frame frame)
    {
        if (argument?.DescendantsAndSelf().Any(operation => operation is IParameterReferenceOperation or ILocalReferenceOperation { Local.IsConst: false }) != true)
        {
            return 0;
        }

        var calls = 1;
        for (var current = frame; current.Caller is not null && ParameterIn(argument) is { } parameter; current = current.Caller)
        {
            if (current.CallSite?.Syntax is not { } syntax
                || bodies.ModelOf(syntax.SyntaxTree).GetOperation(syntax, cancellation) is not IInvocationOperation call
                || call.Arguments.FirstOrDefault(given => given.Parameter?.Ordinal == parameter.Ordinal) is not { ArgumentKind: ArgumentKind.Explicit } given
                || ParameterIn(given.Value) is null)
            {
                break;
            }

            argument = given.Value;
            calls++;
        }

        return calls;
    }

    /// <summary>The parameter that a value is taken from, directly or through a variable.</summary>
    private IParameterSymbol? ParameterIn(IOperation? value)
    {
        foreach (var operation in value?.DescendantsAndSelf() ?? [])
        {
            switch (operation)
            {
                case IParameterReferenceOperation { Parameter: var parameter }:
                    return parameter;
                case ILocalReferenceOperation { Local: { DeclaringSyntaxReferences.Length: 1 } local }:
                    var declaration = local.DeclaringSyntaxReferences[0].GetSyntax(cancellation);
                    var source = declaration.AncestorsAndSelf().FirstOrDefault(node => node is IsPatternExpressionSyntax or VariableDeclaratorSyntax) switch
                    {
                        IsPatternExpressionSyntax test => test.Expression,
                        VariableDeclaratorSyntax { Initializer.Value: var initial } => initial,
                        _ => null,
                    };
                    if (source is not null && bodies.ModelOf(source.SyntaxTree).GetOperation(source, cancellation) is IParameterReferenceOperation named)
                    {
                        return named.Parameter;
                    }

                    break;
            }
        }

        return null;
    }

    private bool AddDimensions(Node value, State state, List<long> dims)
    {
        if (Constants.NumberOf(value) is { } number)
        {
            dims.Add((long)number);
            return true;
        }

        if (value.Op == Op.Tuple)
        {
            return value.Inputs.All(input => AddDimensions(input, state, dims));
        }

        if (value.Op is not (Op.Container or Op.Group))
        {
            return false;
        }

        var contents = value.Op == Op.Group ? value : ContentsOf(value, state);
        return contents.Op == Op.Group
            ? contents.Inputs.All(input => AddDimensions(input, state, dims))
            : contents.Op == Op.Constant && AddDimensions(contents, state, dims);
    }

    private Node View(Op op, IInvocationOperation call, TorchArguments arguments, State state, Frame frame)
    {
        var operand = arguments.Operands[0];
        var result = op switch
        {
            Op.Unsqueeze => Make(op, call, frame, DimensionOf(arguments), operand),
            Op.Detach or Op.Convert or Op.Item => Make(op, call, frame, operand),
            _ => Make(Op.View, call, frame, call.TargetMethod.Name, [operand, .. ShapeOperands(arguments, state)]),
        };
        result.WithoutGradient |= op is Op.Detach or Op.Item;
        return result;
    }

    private static object? DimensionOf(TorchArguments arguments) =>
        arguments["dim", "axis"] is { } dim && Constants.NumberOf(dim) is { } number ? number : null;

    /// <summary>The sizes of a new shape, one by one.</summary>
    private IEnumerable<Node> ShapeOperands(TorchArguments arguments, State state)
    {
        foreach (var operand in arguments.Operands.Skip(1))
        {
            var contents = operand.Op == Op.Container ? ContentsOf(operand, state) : operand;
            foreach (var size in contents.Op == Op.Group ? contents.Inputs : [contents])
            {
                yield return size;
            }
        }
    }

    private Node Selection(Op op, IInvocationOperation call, TorchArguments arguments, Frame frame)
    {
        var result = Make(op, call, frame, call.TargetMethod.Name, [.. arguments.Operands, .. Given("dim"), .. Given("dimension")]);
        return call.TargetMethod.Name is "topk" or "sort" ? Make(Op.Tuple, call, frame, result, Opaque(call, frame, arguments.Operands)) : result;

        Node[] Given(string name) => arguments.Given(name) is { } value ? [value] : [];
    }

    private Node TorchIndex(IOperation at, Node tensor, Node[] indices, State state, Frame frame)
    {
        var flat = indices.SelectMany(index => index.Op == Op.Container ? Flat(ContentsOf(index, state)) : [index]).ToArray();
        // x[.., null] only adds an axis.
        if (flat.Length > 0 && flat.All(IsWholeAxis) && flat.Any(IsNewAxis))
        {
            return Make(Op.Unsqueeze, at, frame, IsNewAxis(flat[0]) ? 0.0 : -1.0, tensor);
        }

        return Make(Op.Select, at, frame, "[]", [tensor, .. flat]);

        static IEnumerable<Node> Flat(Node contents) => contents.Op == Op.Group ? contents.Inputs : [contents];
        static bool IsNewAxis(Node index) => index is { Op: Op.Constant, Data: null } || index.Data is ISymbol { Name: "Null" or "None" };
        static bool IsWholeAxis(Node index) => IsNewAxis(index) || index.Data is ISymbol { Name: "Colon" or "Ellipsis" } || index.Data is "..";
    }

    private Node ModuleCall(IInvocationOperation call, Node self, Node[] arguments, State state, Frame frame)
    {
        var type = TypeOf(self) ?? call.Instance?.Type as INamedTypeSymbol;
        if (type is { DeclaringSyntaxReferences.Length: > 0 } && !OwnsWeights(type) && ForwardMethod(type, arguments.Length) is { } forward
            && Call(forward, self, arguments, call, state, frame, call.Arguments) is { } result)
        {
            return result;
        }

        return ForwardOf(self, arguments, call, frame);
    }

    private Node ForwardOf(Node module, Node[] arguments, IOperation at, Frame frame) =>
        // Between two updates the same module computes the same of the same: after one it does not.
        Make(Op.Forward, at, frame, epoch, [module, .. arguments]);

    private static IMethodSymbol? ForwardMethod(INamedTypeSymbol type, int parameters)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers("forward"))
            {
                if (member is IMethodSymbol { IsAbstract: false, DeclaringSyntaxReferences.Length: > 0 } method && method.Parameters.Length == parameters)
                {
                    return method;
                }
            }
        }

        return null;
    }

    /// <summary>A module with parameters or modules of its own is a network: what it computes inside is its own affair.</summary>
    private bool OwnsWeights(INamedTypeSymbol type)
    {
        for (var current = type; current is not null && current.DeclaringSyntaxReferences.Length > 0; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (!member.IsStatic && TypeOfMember(member) is { } held && (types.IsModule(held) || held.Name == "Parameter"))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>By the number of a part's value: the tensor whose memory it shares, as it is since the part was changed.</summary>
    private readonly Dictionary<int, Node> parts = [];

    private void ChangeInPlace(Node tensor, Node result, State state)
    {
        // A part that shares the memory of a tensor, under a name of its own: that tensor changes too.
        var whole = parts.TryGetValue(tensor.Number, out var known) ? known : WholeOf(tensor, state);
        if (whole is not null && state.Holds(whole))
        {
            var written = Graph.Number(Op.Write, [whole.Op == Op.Write && known is not null ? whole[0] : whole, result], null, result.Site, result.Loop);
            state.Replace(whole, written);
            parts[result.Number] = written;
        }

        if (state.Replace(tensor, result))
        {
            return;
        }

        // A view, or a chain of in-place calls: the tensor behind it changes.
        var held = tensor;
        while (held.Op is Op.View or Op.Unsqueeze or Op.Select or Op.Element or Op.Detach && held.Inputs.Length > 0 && !state.Holds(held))
        {
            held = held[0];
        }

        if (!ReferenceEquals(held, tensor) && held.Op is not (Op.Contents or Op.Forward))
        {
            state.Replace(held, Graph.Number(Op.Write, [held, result], null, result.Site, result.Loop));
        }
    }

    /// <summary>The tensor, held somewhere, that a part of it with a name of its own shares its memory with.</summary>
    private static Node? WholeOf(Node part, State state)
    {
        if (!state.Holds(part))
        {
            return null;
        }

        var node = part;
        do
        {
            if (node.Op != Op.Select || node.Data is not ("narrow" or "slice" or "select") || node[0].Op is Op.Contents or Op.Forward)
            {
                return null;
            }

            node = node[0];
        }
        while (!state.Holds(node));

        return node;
    }

    private Node TorchProperty(IPropertyReferenceOperation reference, Node? owner, State state, Frame frame)
    {
        var property = reference.Property;
        if (owner is not null && types.IsTensor(reference.Instance?.Type))
        {
            switch (property.Name)
            {
                case "shape":
                    return Make(Op.Count, reference, frame, "shape", owner);
                case "T" or "mT" or "H" or "real":
                    return Make(Op.View, reference, frame, property.Name, owner);
                case "NumberOfElements" or "Count":
                    return Make(Op.Count, reference, frame, owner);
                case "grad":
                    return Fresh(Op.Opaque, reference, frame, null, owner);
            }
        }

        if (owner is { Op: Op.Distribution })
        {
            return property.Name is "mean" or "stddev" or "variance" or "probs" or "logits"
                ? Make(Op.Unary, reference, frame, property.Name, owner)
                : Opaque(reference, frame, owner);
        }

        var value = Graph.Number(Op.Input, owner is null ? [] : [owner], property, SiteOf(reference, frame), LoopAt(frame));
        value.IsScalar = types.IsScalar(reference.Type);
        return value;
    }

    private Node TorchField(IFieldReferenceOperation reference, Node owner, Frame frame)
    {
        var value = Graph.Number(Op.Input, reference.Instance is null ? [] : [owner], reference.Field, SiteOf(reference, frame), null);
        value.IsScalar = types.IsScalar(reference.Type);
        return value;
    }
}
