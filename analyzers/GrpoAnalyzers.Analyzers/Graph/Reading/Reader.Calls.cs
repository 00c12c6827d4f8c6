using GrpoAnalyzers.Graph.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Calls: into bodies of the compilation with the values of their arguments, into delegates, into what is not known.</summary>
internal sealed partial class Reader
{
    private Node ReadInvocation(IInvocationOperation call, State state, Frame frame)
    {
        var method = call.TargetMethod;
        var self = call.Instance is null ? null : Read(call.Instance, state, frame);
        if (method.MethodKind == MethodKind.DelegateInvoke && self is not null)
        {
            return Invoke(self, ReadArguments(call.Arguments, state, frame), call, state, frame);
        }

        if (method.MethodKind == MethodKind.Constructor && self is not null)
        {
            Construct(method, self, ReadArguments(call.Arguments, state, frame), call, state, frame, callsInitializers: !IsOwnConstructor(method, frame));
            return self;
        }

        if (types.IsTorch(method) || IsModuleCall(method, call.Instance?.Type))
        {
            return TorchCall(call, self, state, frame);
        }

        if (method.Name == "<Clone>$" && self is not null)
        {
            return CloneOf(self, call, state, frame);
        }

        var arguments = ReadArguments(call.Arguments, state, frame);
        if (GuardCall(call, self, arguments, state, frame) is { } guarded)
        {
            return guarded;
        }

        if (method.OriginalDefinition.DeclaringSyntaxReferences.Length > 0 || (method.ReducedFrom ?? method).ContainingType?.TypeKind == TypeKind.Interface)
        {
            var target = call.IsVirtual && self is not null ? Dispatch(method, self) : method;
            if (target is not null && Call(target, self, arguments, call, state, frame, call.Arguments) is { } result)
            {
                return result;
            }
        }

        return LibraryCall(call, self, arguments, state, frame);
    }

    private static bool IsOwnConstructor(IMethodSymbol constructor, Frame frame) =>
        SymbolEqualityComparer.Default.Equals(constructor.ContainingType.OriginalDefinition, frame.Symbol.ContainingType?.OriginalDefinition);

    /// <summary>The values of the arguments in the order of the parameters.</summary>
    private Node[] ReadArguments(IEnumerable<IArgumentOperation> arguments, State state, Frame frame)
    {
        var values = new List<(int Ordinal, Node Value)>();
        foreach (var argument in arguments)
        {
            var value = argument.Parameter?.RefKind == RefKind.Out ? Undefined(argument.Value, frame) : Read(argument.Value, state, frame);
            values.Add((argument.Parameter?.Ordinal ?? values.Count, value));
        }

        values.Sort((left, right) => left.Ordinal.CompareTo(right.Ordinal));
        return [.. values.Select(value => value.Value)];
    }

    /// <summary>The body that a virtual call reaches, where that is certain.</summary>
    private IMethodSymbol? Dispatch(IMethodSymbol method, Node self)
    {
        if (TypeOf(self) is { } type)
        {
            return SymbolSearch.ImplementationIn(type, method) ?? method;
        }

        return search.OnlyImplementation(method, cancellation) ?? (method.IsAbstract ? null : HasOverrides(method) ? null : method);
    }

    private bool HasOverrides(IMethodSymbol method) =>
        (method.IsVirtual || method.IsOverride) && search.OnlyImplementation(method, cancellation) is null;

    /// <summary>The exact type of an object, where the reading saw it made.</summary>
    private static INamedTypeSymbol? TypeOf(Node node) => IdentityOf(node) is { Op: Op.Object, Data: ObjectIdentity identity } ? identity.Type : null;

    /// <summary>Reads the body of a method for one call.</summary>
    /// <returns>What it returns (the absent value for nothing), or null when it cannot be read.</returns>
    private Node? Call(
        IMethodSymbol method,
        Node? self,
        Node[] arguments,
        IOperation at,
        State state,
        Frame caller,
        IEnumerable<IArgumentOperation>? references = null,
        Loop? loop = null)
    {
        method = method.OriginalDefinition;
        method = method.PartialImplementationPart ?? method;
        if (caller.Depth >= Budget.CallDepth || IsExhausted)
        {
            return null;
        }

        if (RecursionOf(method, caller))
        {
            Record(EventKind.RecursiveCall, null, caller, state, SiteOf(at, caller));
            return null;
        }

        if (FlowOf(method, caller) is not { } flow || flow.Graph.Blocks.Length > Budget.BlocksOfBody)
        {
            return null;
        }

        var enclosing = method.MethodKind == MethodKind.LocalFunction ? DeclaringFrame(method, caller) : null;
        var frame = NewFrame(method, flow, method.MethodKind == MethodKind.LocalFunction ? enclosing?.Self ?? caller.Self : self, at, state, caller, enclosing);
        frame.CallLoop = loop ?? frame.CallLoop;
        if (CallsItself(method))
        {
            frame.Recursion = new Loop(LoopKind.Recursion, frame, -1, frame.CallLoop, SiteOf(at, caller));
            frame.CallLoop = frame.Recursion;
            // A round may follow updates: networks give something else in it than before.
            epoch++;
        }

        for (var i = 0; i < method.Parameters.Length && i < arguments.Length; i++)
        {
            state.Set(Place.Local(frame, method.Parameters[i]), arguments[i]);
        }

        var result = Run(frame, state);
        var yielded = frame.Yields.Count > 0 ? MakeContainer(Alternatives(frame.Yields), at, state, caller) : null;
        if (yielded is not null && frame.YieldLoop is { } maker && maker != frame.CallLoop)
        {
            MadeIn(yielded, maker, frame.Recursion is { } recursion ? recursion.Parent : frame.CallLoop);
        }

        foreach (var argument in references ?? [])
        {
            if (argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref } parameter
                && state[Place.Local(frame, method.Parameters[parameter.Ordinal])] is { } written)
            {
                Assign(argument.Value, written, state, caller);
            }
        }

        if (!frame.HasClosures)
        {
            state.Forget(frame);
        }

        return yielded ?? result ?? Graph.None;
    }

    private Frame NewFrame(IMethodSymbol method, Flow.FlowFacts flow, Node? self, IOperation at, State state, Frame caller, Frame? enclosing) =>
        new(++frameCount, method, flow, self, caller, enclosing)
        {
            CallSite = SiteOf(at, caller),
            CallBlock = caller.Block,
            CallLoop = LoopAt(caller),
            WithoutGradient = caller.WithoutGradient,
            IsDisabled = state.IsDisabled || caller.IsDisabled,
        };

    private bool RecursionOf(IMethodSymbol method, Frame caller)
    {
        var entered = 0;
        for (var frame = caller; frame is not null; frame = frame.Caller)
        {
            if (SymbolEqualityComparer.Default.Equals(frame.Symbol, method))
            {
                entered++;
            }
        }

        // A function that runs what it is given may be met again in that without calling itself: x.Then(y => y.Then(f)).
        return entered > 0
            && (entered >= Budget.Reentries || method.MethodKind == MethodKind.AnonymousFunction
                || !method.Parameters.Any(parameter => parameter.Type.TypeKind == TypeKind.Delegate) || CallsItself(method));
    }

    /// <summary>Whether a method calls itself in its own body.</summary>
    private bool CallsItself(IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            foreach (var use in TreeIndex.Of(reference.SyntaxTree, cancellation).UsesOf(method.Name))
            {
                if (reference.Span.Contains(use.Span)
                    && use is InvocationExpressionSyntax
                    && bodies.ModelOf(reference.SyntaxTree).GetSymbolInfo(use, cancellation).Symbol is { } target
                    && SymbolEqualityComparer.Default.Equals(target.OriginalDefinition, method.OriginalDefinition))
                {
                    return true;
                }
            }
        }

        return method.MethodKind == MethodKind.Ordinary && CallsItselfThroughAnother(method);
    }

    private bool CallsItselfThroughAnother(IMethodSymbol method)
    {
        foreach (var caller in search.CallersOf(method, cancellation))
        {
            if (caller is IMethodSymbol { MethodKind: MethodKind.Ordinary } other && search.CallersOf(other, cancellation).Contains(method.OriginalDefinition, SymbolEqualityComparer.Default))
            {
                return true;
            }
        }

        return false;
    }

    private Flow.FlowFacts? FlowOf(IMethodSymbol method, Frame caller)
    {
        if (method.MethodKind != MethodKind.LocalFunction)
        {
            return bodies.BodyOf(method, cancellation);
        }

        return DeclaringFrame(method, caller) is { } declaring && method.DeclaringSyntaxReferences.Length > 0
            ? bodies.NestedBody(
                method.DeclaringSyntaxReferences[0].GetSyntax(cancellation),
                () => declaring.Flow.Graph.GetLocalFunctionControlFlowGraph(method, cancellation))
            : null;
    }

    /// <summary>The frame whose body declares a local function.</summary>
    private static Frame? DeclaringFrame(IMethodSymbol function, Frame from)
    {
        for (var frame = from; frame is not null; frame = frame.Enclosing)
        {
            if (frame.Flow.Graph.LocalFunctions.Contains(function))
            {
                return frame;
            }
        }

        return null;
    }

    /// <summary>Calls a delegate.</summary>
    private Node Invoke(Node target, Node[] arguments, IOperation at, State state, Frame caller, Loop? loop = null)
    {
        target = IdentityOf(target);
        if (target.Op is Op.Phi or Op.LoopPhi or Op.Setting or Op.Write or Op.Group)
        {
            var results = new List<Node>();
            foreach (var input in target.Inputs)
            {
                if (IdentityOf(input).Op == Op.Delegate && results.Count < Budget.PhiInputs)
                {
                    results.Add(Invoke(input, arguments, at, state, caller, loop));
                }
            }

            if (results.Count > 0)
            {
                return Alternatives(results);
            }
        }

        if (target.Op != Op.Delegate || target.Data is not DelegateTarget function || caller.Depth >= Budget.CallDepth || IsExhausted)
        {
            return Opaque(at, caller, [target, .. arguments]);
        }

        if (function.Lambda is not { } lambda)
        {
            var method = function.Method;
            if (method.MethodKind == MethodKind.LocalFunction)
            {
                return Call(method, null, arguments, at, state, function.Frame, loop: loop) ?? Opaque(at, caller, arguments);
            }

            var dispatched = function.Receiver is { } receiver && (method.IsVirtual || method.IsAbstract || method.IsOverride) ? Dispatch(method, receiver) : method;
            if (dispatched is null || Call(dispatched, function.Receiver, arguments, at, state, caller, loop: loop) is not { } called)
            {
                return types.IsModule(method.ContainingType)
                    ? ForwardOf(function.Receiver ?? Graph.None, arguments, at, caller)
                    : Opaque(at, caller, function.Receiver is null ? arguments : [function.Receiver, .. arguments]);
            }

            return called;
        }

        if (RecursionOf(function.Method, caller))
        {
            Record(EventKind.RecursiveCall, null, caller, state, SiteOf(at, caller));
            return Opaque(at, caller, arguments);
        }

        var flow = bodies.NestedBody(lambda.Syntax, () => function.Frame.Flow.Graph.GetAnonymousFunctionControlFlowGraph(lambda, cancellation));
        var frame = NewFrame(function.Method, flow, function.Frame.Self, at, state, caller, function.Frame);
        if (loop is not null)
        {
            frame.CallLoop = loop;
        }

        for (var i = 0; i < function.Method.Parameters.Length && i < arguments.Length; i++)
        {
            state.Set(Place.Local(frame, function.Method.Parameters[i]), arguments[i]);
        }

        var result = Run(frame, state);
        if (!frame.HasClosures)
        {
            state.Forget(frame);
        }

        return result ?? Graph.None;
    }

    /// <summary>One of several values, where nothing tells which.</summary>
    private Node Alternatives(IReadOnlyList<Node> values)
    {
        var distinct = new List<Node>();
        foreach (var value in values)
        {
            if (!distinct.Exists(other => other.Number == value.Number))
            {
                distinct.Add(value);
            }
        }

        if (distinct.Count == 1)
        {
            return distinct[0];
        }

        var group = Graph.Number(Op.Group, [.. distinct], null, values.Count > 0 ? values[0].Site : Site.None, null);
        group.IsScalar = distinct.Count > 0 && distinct.TrueForAll(value => value.IsScalar);
        return group;
    }
}
