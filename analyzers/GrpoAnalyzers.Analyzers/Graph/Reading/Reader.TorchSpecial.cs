using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>The members of TorchSharp whose operands or effects need a formula of their own.</summary>
internal sealed partial class Reader
{
    private Node TorchSpecial(IInvocationOperation call, string name, TorchArguments arguments, Node[] values, State state, Frame frame)
    {
        var operands = arguments.Operands;
        Node Number(double value) => Graph.Constant(value, SiteOf(call, frame), LoopAt(frame));
        Node New(Op op, params Node[] inputs) => Make(op, call, frame, inputs);

        switch (name)
        {
            case "expm1" when operands.Length == 1:
                return New(Op.Sub, New(Op.Exp, operands[0]), Number(1));
            case "log1p" when operands.Length == 1:
                return New(Op.Log, New(Op.Add, Number(1), operands[0]));
            case "square" when operands.Length == 1:
                return New(Op.Pow, operands[0], Number(2));
            case "rsqrt" when operands.Length == 1:
                return New(Op.Div, Number(1), New(Op.Sqrt, operands[0]));
            case "reciprocal" when operands.Length == 1:
                return New(Op.Div, Number(1), operands[0]);
            case "relu" when operands.Length >= 1:
                return New(Op.Clamp, operands[0], Number(0), Graph.None);
            case "clamp" or "clip" when operands.Length >= 1:
                return New(Op.Clamp, operands[0], arguments.Given("min", "min_value") ?? Graph.None, arguments.Given("max", "max_value") ?? Graph.None);
            case "clamp_min" when operands.Length == 2:
                return New(Op.Clamp, operands[0], operands[1], Graph.None);
            case "clamp_max" when operands.Length == 2:
                return New(Op.Clamp, operands[0], Graph.None, operands[1]);
            case "min" or "max":
                return Extremum(call, name == "min", arguments, state, frame);
            case "where" when operands.Length == 3:
                // The method form x.where(condition, y) names its receiver first.
                return arguments.Receiver is { } self ? New(Op.Where, operands[1], self, operands[2]) : New(Op.Where, operands);
            case "masked_fill" when operands.Length == 3:
                return New(Op.Where, operands[1], operands[2], operands[0]);
            case "addcmul" when operands.Length >= 3:
                return New(Op.Add, operands[0], Times(New(Op.Mul, operands[1], operands[2]), operands, 3));
            case "addcdiv" when operands.Length >= 3:
                return New(Op.Add, operands[0], Times(New(Op.Div, operands[1], operands[2]), operands, 3));
            case "lerp" when operands.Length == 3:
                return New(Op.Add, operands[0], New(Op.Mul, operands[2], New(Op.Sub, operands[1], operands[0])));
            case "dot" or "vdot" or "inner" when operands.Length == 2:
                return Make(Op.Sum, call, frame, Axes.All, New(Op.Mul, operands[0], operands[1]));
            case "bmm" when operands.Length == 2:
                return BatchProduct(operands[0], operands[1], call, frame);
            case "einsum":
                return Einsum(call, values, state, frame);
            case "std_mean" or "var_mean" when operands.Length >= 1:
                var axes = AxesOf(call, arguments, state, frame);
                return New(Op.Tuple, Make(name == "std_mean" ? Op.Std : Op.Var, call, frame, axes, operands[0]), Make(Op.Mean, call, frame, axes, operands[0]));
            case "cat" or "concat" or "concatenate" or "stack" or "hstack" or "vstack" or "dstack" when operands.Length >= 1:
                return Concatenation(name == "stack" && arguments.Given("dim") is { } along ? StackedAlong(along) : name, operands[0], call, state, frame);
            case "split" or "chunk" or "unbind" when operands.Length >= 1:
                return MakeContainer(Make(Op.Select, call, frame, name, operands), call, state, frame);
            case "tensor" or "from_array" or "as_tensor" or "frombuffer" when operands.Length >= 1:
                return FromValues(operands[0], call, state, frame);
            case "full" or "full_like" or "new_full":
                return arguments.Given("value", "fill_value") is { } value ? FilledWith(value, call, frame) : Opaque(call, frame, operands);
            case "fill" when operands.Length == 2:
                return operands[1];
            case "empty" or "empty_like" or "new_empty":
                return Number(0);
            case "arange" or "linspace" or "eye" or "triu_indices":
                return Graph.Number(Op.Range, operands, name, SiteOf(call, frame), LoopAt(frame));
            case "copy" when operands.Length >= 2:
                Record(EventKind.LoadWeights, operands[1], frame, state, SiteOf(call, frame));
                return operands[1];
            case "index_add" or "scatter_add":
                return Make(Op.IndexAdd, call, frame, name, operands);
            case "scatter" or "index_put" or "index_copy" or "masked_scatter" when operands.Length >= 2:
                return New(Op.Write, operands[0], operands[operands.Length - 1]);
            case "bincount":
                return New(Op.BinCount, operands);
            case "numel" when operands.Length == 1:
                return New(Op.Count, operands);
            case "size" when operands.Length >= 1:
                return values.Length > 0 && arguments["dim"] is { } dim
                    ? Make(Op.Count, call, frame, "shape", operands[0], dim)
                    : Make(Op.Count, call, frame, "shape", operands[0]);
            case "cross_entropy" or "nll_loss":
                return CrossEntropy(name, call, arguments, frame);
            case "mse_loss" or "l1_loss" or "smooth_l1_loss" or "huber_loss" or "kl_div" or "binary_cross_entropy" or "binary_cross_entropy_with_logits":
                return Make(Op.SquaredError, call, frame, name, operands);
            case "layer_norm" or "batch_norm" when operands.Length >= 1:
                return Make(Op.Normalise, call, frame, name, operands[0]);
            case "log_prob" when operands.Length == 2:
                return New(Op.LogProb, operands);
            case "entropy" when operands.Length == 1:
                return New(Op.Entropy, operands);
            case "sample" or "rsample":
                return Fresh(Op.Random, call, frame, null, operands);
            case "data" when operands.Length == 1:
                return MakeContainer(New(Op.Item, operands[0]), call, state, frame);
            case "Parameter" when operands.Length >= 1:
                return Fresh(Op.Forward, call, frame, "parameter", operands);
            case "WrappedTensorDisposeScope" when operands.Length >= 1:
                return Invoke(operands[0], [], call, state, frame);
            default:
                return TorchEffect(call, name, arguments, values, state, frame);
        }

        Node Times(Node term, Node[] from, int index) => from.Length > index ? New(Op.Mul, term, from[index]) : term;
    }

    /// <summary>What changes something beside its result: gradients, weights, modes.</summary>
    private Node TorchEffect(IInvocationOperation call, string name, TorchArguments arguments, Node[] values, State state, Frame frame)
    {
        var type = call.Instance?.Type;
        switch (name)
        {
            case "backward":
                var loss = types.IsTensor(type) ? arguments.Receiver : values.FirstOrDefault();
                var losses = loss is { Op: Op.Container } ? ContentsOf(loss, state) : loss;
                Record(EventKind.Backward, losses, frame, state, SiteOf(call, frame));
                return Graph.None;
            case "grad" when values.Length > 0 && arguments.Receiver is null:
                Record(EventKind.Backward, values[0].Op == Op.Container ? ContentsOf(values[0], state) : values[0], frame, state, SiteOf(call, frame));
                return Fresh(Op.Container, call, frame, null);
            case "step" when types.IsOptimizer(type):
                foreach (var closure in values.Where(IsDelegate))
                {
                    Invoke(closure, [], call, state, frame);
                }

                Record(EventKind.Step, arguments.Receiver, frame, state, SiteOf(call, frame));
                epoch++;
                return Graph.None;
            case "step":
                Record(EventKind.SetLearningRate, arguments.Receiver, frame, state, SiteOf(call, frame));
                return Graph.None;
            case "zero_grad":
                Record(EventKind.ZeroGrad, arguments.Receiver, frame, state, SiteOf(call, frame));
                return Graph.None;
            case "load_state_dict" or "load" when arguments.Receiver is not null:
                Record(EventKind.LoadWeights, arguments.Receiver, frame, state, SiteOf(call, frame));
                epoch++;
                return arguments.Receiver;
            case "no_grad" or "inference_mode":
                return Fresh(Op.NoGrad, call, frame, null);
            case "set_grad_enabled" when values.Length > 0 && Constants.Of(values[0]) is { Truth: false }:
                return Fresh(Op.NoGrad, call, frame, null);
            case "Dispose":
                return Graph.None;
            default:
                return TorchOther(call, arguments.Receiver, values, state, frame);
        }
    }

    private Node TorchOther(IInvocationOperation call, Node? self, Node[] arguments, State state, Frame frame)
    {
        if (types.IsOptimizer(call.Type) && call.Type is not null && types.IsTorch(call.TargetMethod) && call.TargetMethod.Name.Length > 0
            && call.TargetMethod.ContainingType.Name == "optim")
        {
            return OptimizerOf(call.TargetMethod, call.Arguments, arguments, call, frame);
        }

        if (types.IsDistribution(call.Type) && call.TargetMethod.ContainingType.Name == "distributions")
        {
            return Make(Op.Distribution, call, frame, call.TargetMethod.Name, arguments.Where(argument => argument.Op != Op.Constant).ToArray());
        }

        if (self is not null && types.IsModule(call.Instance?.Type) && call.TargetMethod.Name is "train" or "eval" or "to" or "cpu" or "cuda" or "alias")
        {
            return self;
        }

        if (types.IsModule(call.Type) && call.TargetMethod.IsStatic)
        {
            return Fresh(Op.Object, call, frame, new ObjectIdentity((INamedTypeSymbol)call.Type!, isMadeHere: false), arguments);
        }

        if (self is { Op: Op.Container } && call.TargetMethod.Name is "ToArray" or "ToNDArray")
        {
            return MakeContainer(ContentsOf(self, state), call, state, frame);
        }

        if (call.TargetMethod is { IsStatic: true, ContainingType.Name: "TensorIndex" })
        {
            return Make(Op.Bounds, call, frame, arguments);
        }

        var result = UnknownCall(call, self, arguments, state, frame);
        if (call.TargetMethod.Name.Length > 1 && call.TargetMethod.Name[call.TargetMethod.Name.Length - 1] == '_' && self is not null && types.IsTensor(call.Instance?.Type))
        {
            ChangeInPlace(self, result, state);
        }

        return result;
    }

    private Node TorchCreation(IObjectCreationOperation creation, INamedTypeSymbol type, Node[] arguments, State state, Frame frame)
    {
        if (types.IsOptimizer(type))
        {
            return OptimizerOf(creation.Constructor!, creation.Arguments, arguments, creation, frame);
        }

        if (types.IsDistribution(type))
        {
            return Make(Op.Distribution, creation, frame, type.Name, arguments.Where(argument => argument.Op != Op.Constant).ToArray());
        }

        if (type.Name == "Parameter" && arguments.Length > 0)
        {
            return Fresh(Op.Forward, creation, frame, "parameter", arguments);
        }

        return Fresh(Op.Object, creation, frame, new ObjectIdentity(type, isMadeHere: false), arguments);
    }

    private Node OptimizerOf(IMethodSymbol constructor, IEnumerable<IArgumentOperation> arguments, Node[] values, IOperation at, Frame frame)
    {
        var named = new Dictionary<string, Node>(StringComparer.Ordinal);
        var ordered = arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).ToArray();
        for (var i = 0; i < ordered.Length && i < values.Length; i++)
        {
            if (ordered[i].Parameter is { } parameter)
            {
                named[parameter.Name] = values[i];
            }
        }

        var kind = constructor.MethodKind == MethodKind.Constructor ? constructor.ContainingType.Name : constructor.Name;
        return Fresh(Op.Optimizer, at, frame, new OptimizerDefinition(kind, named), values);
    }

    private Node Extremum(IInvocationOperation call, bool isMin, TorchArguments arguments, State state, Frame frame)
    {
        var operands = arguments.Operands;
        if (arguments.Given("dim") is not null)
        {
            var reduced = Make(isMin ? Op.ReduceMin : Op.ReduceMax, call, frame, AxesOf(call, arguments, state, frame), operands[0]);
            return Make(Op.Tuple, call, frame, reduced, Opaque(call, frame, operands[0]));
        }

        if (operands.Length == 2)
        {
            return Make(isMin ? Op.Min : Op.Max, call, frame, operands[0], operands[1]);
        }

        return Make(isMin ? Op.ReduceMin : Op.ReduceMax, call, frame, Axes.All, operands);
    }

    private Node BatchProduct(Node left, Node right, IOperation at, Frame frame)
    {
        // [B, 1, T] times [B, T, 1] is a sum over T of products.
        if (left.Op == Op.Unsqueeze && right.Op == Op.Unsqueeze)
        {
            return Make(Op.Sum, at, frame, new Axes([1], keep: true, known: true), Make(Op.Mul, at, frame, left[0], right[0]));
        }

        return Make(Op.MatMul, at, frame, left, right);
    }

    private Node Einsum(IInvocationOperation call, Node[] values, State state, Frame frame)
    {
        var tensors = values.Length > 1 && values[1].Op == Op.Container ? ContentsOf(values[1], state) : null;
        var operands = tensors switch
        {
            null => values.Skip(1).ToArray(),
            { Op: Op.Group } => tensors.Inputs,
            _ => [tensors],
        };
        if (values.Length == 0 || values[0].Data is not string equation)
        {
            return Opaque(call, frame, operands);
        }

        var parts = equation.Replace(" ", "").Split(["->"], StringSplitOptions.None);
        var inputs = parts[0].Split(',');
        if (parts.Length != 2 || inputs.Length != operands.Length || operands.Length is 0 or > 3)
        {
            return Opaque(call, frame, operands);
        }

        // Only products of tensors over the same letters are element by element; anything else contracts.
        var letters = inputs.OrderByDescending(input => input.Length).First();
        if (inputs.Any(input => !letters.StartsWith(input, StringComparison.Ordinal)) || parts[1].Any(letter => letters.IndexOf(letter) < 0))
        {
            return Make(Op.MatMul, call, frame, operands);
        }

        var product = operands[0];
        for (var i = 1; i < operands.Length; i++)
        {
            product = Make(Op.Mul, call, frame, product, operands[i]);
        }

        var summed = Enumerable.Range(0, letters.Length).Where(index => parts[1].IndexOf(letters[index]) < 0).Select(index => (long)index).ToArray();
        if (summed.Length == 0)
        {
            return product;
        }

        return Make(Op.Sum, call, frame, summed.Length == letters.Length ? Axes.All : new Axes(summed, keep: false, known: true), product);
    }

    /// <summary>The name of a stack along an axis: another operation for each axis.</summary>
    private static string StackedAlong(Node axis) => Constants.NumberOf(axis) is { } dim ? Canonical.Stack((long)dim) : "stack along an axis";

    private Node Concatenation(string name, Node list, IInvocationOperation call, State state, Frame frame)
    {
        var contents = list.Op == Op.Container || call.Arguments.Length > 0 ? ContentsOf(list, state) : list;
        var items = contents.Op == Op.Group ? contents.Inputs : [contents];
        return Make(Op.Concatenate, call, frame, name, items);
    }

    /// <summary>A tensor of one number many times: as a constant that number, else no number itself.</summary>
    private Node FilledWith(Node value, IOperation at, Frame frame)
    {
        if (value.Op == Op.Constant || !value.IsScalar)
        {
            return value;
        }

        var tensor = Make(Op.View, at, frame, "full", value);
        tensor.IsScalar = false;
        return tensor;
    }

    /// <summary>A tensor of C# values: a constant, or as many values as the container has.</summary>
    private Node FromValues(Node values, IInvocationOperation call, State state, Frame frame)
    {
        var isContainer = call.Arguments.Length > 0 && call.Arguments[0].Value.Type is { } type && IsContainerType(type);
        if (!isContainer && values.Op != Op.Container)
        {
            return values;
        }

        var contents = ContentsOf(values, state);
        var tensor = Make(Op.View, call, frame, "values", contents.Op == Op.Group ? Alternatives(contents.Inputs) : contents, CountOf(values, call, frame));
        // As many numbers as the container has, not one.
        tensor.IsScalar = false;
        return tensor;
    }

    /// <summary>Cross entropy is minus the log-probability of the target, summed or averaged as asked.</summary>
    private Node CrossEntropy(string name, IInvocationOperation call, TorchArguments arguments, Frame frame)
    {
        var operands = arguments.Operands;
        if (operands.Length < 2)
        {
            return Opaque(call, frame, operands);
        }

        var logProb = name == "nll_loss"
            ? Make(Op.Gather, call, frame, "gather", operands[0], operands[1])
            : Make(Op.LogProb, call, frame, operands[0], operands[1]);
        logProb.IsSupervised = true;
        var reduction = arguments.OperationOf("reduction") is { } given ? ReductionName(given) : "Mean";
        var reduced = reduction switch
        {
            "Mean" => Make(Op.Mean, call, frame, Axes.All, logProb),
            "Sum" => Make(Op.Sum, call, frame, Axes.All, logProb),
            "None" => logProb,
            _ => Opaque(call, frame, logProb),
        };
        return Make(Op.Neg, call, frame, reduced);
    }

    private static string? ReductionName(IOperation operation)
    {
        if (operation.Type is not INamedTypeSymbol { TypeKind: TypeKind.Enum } type || !operation.ConstantValue.HasValue)
        {
            return null;
        }

        return type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, operation.ConstantValue.Value))?.Name;
    }
}
