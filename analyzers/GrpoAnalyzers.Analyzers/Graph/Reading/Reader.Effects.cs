using GrpoAnalyzers.Graph.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Which places a loop may change: they get a loop-phi at its head.</summary>
internal sealed partial class Reader
{
    private static readonly HashSet<string> ContainerMutators = new(StringComparer.Ordinal)
    {
        "Add", "AddRange", "Insert", "InsertRange", "Clear", "Remove", "RemoveAt", "RemoveAll", "Push", "Pop", "Enqueue", "Dequeue", "TryAdd",
        "AddLast", "AddFirst", "Sort", "Fill", "CopyTo", "SetValue",
    };

    private readonly Dictionary<NaturalLoop, Effects> loopEffects = [];
    private readonly Dictionary<SyntaxNode, Effects> bodyEffects = [];

    private LoopChanges EffectsOf(Frame frame, NaturalLoop natural)
    {
        if (!loopEffects.TryGetValue(natural, out var effects))
        {
            effects = new Effects();
            var operations = natural.Blocks.Select(ordinal => frame.Flow.Graph.Blocks[ordinal])
                .SelectMany(block => block.BranchValue is { } value ? block.Operations.Append(value) : block.Operations).ToList();
            foreach (var operation in operations)
            {
                Collect(operation, effects);
            }

            CollectCapturedTargets(operations, effects);
            effects.ChangeWholes();

            foreach (var nested in frame.Flow.NestedFunctions)
            {
                effects.AddNested(EffectsOfBody(nested));
            }

            loopEffects.Add(natural, effects);
        }

        return new LoopChanges(effects);
    }

    private Effects EffectsOfBody(SyntaxNode syntax)
    {
        if (bodyEffects.TryGetValue(syntax, out var effects))
        {
            return effects;
        }

        // Entered before it is filled: a recursive method ends here.
        bodyEffects.Add(syntax, effects = new Effects());
        if (bodies.Compilation.ContainsSyntaxTree(syntax.SyntaxTree) && bodies.ModelOf(syntax.SyntaxTree).GetOperation(syntax, cancellation) is { } operation)
        {
            Collect(operation, effects);
            effects.ChangeWholes();
        }

        return effects;
    }

    private void Collect(IOperation root, Effects effects)
    {
        foreach (var operation in root.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IAssignmentOperation assignment:
                    Assigns(assignment.Target, effects);
                    if (assignment.Target is ILocalReferenceOperation { Local: var part })
                    {
                        NotePart(part, assignment.Value, effects);
                    }

                    break;
                case IIncrementOrDecrementOperation increment:
                    Assigns(increment.Target, effects);
                    break;
                case IVariableDeclaratorOperation declarator:
                    effects.Assigned.Add(declarator.Symbol);
                    NotePart(declarator.Symbol, declarator.Initializer?.Value, effects);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument:
                    Assigns(argument.Value, effects);
                    break;
                case IDeclarationPatternOperation { DeclaredSymbol: { } declared }:
                    effects.Assigned.Add(declared);
                    break;
                case IForEachLoopOperation { LoopControlVariable: { } variable }:
                    Assigns(variable, effects);
                    break;
                case IInvocationOperation call:
                    CollectCall(call, effects);
                    break;
                case IPropertyReferenceOperation { Property: { GetMethod: { } getter } property } when !IsAutoProperty(property):
                    CollectCalled(getter, effects);
                    break;
            }
        }
    }

    /// <summary>A local that is a piece of a tensor and shares its memory: what changes it in place changes the tensor.</summary>
    private void NotePart(ISymbol local, IOperation? value, Effects effects)
    {
        if (value is IInvocationOperation { TargetMethod.Name: "narrow" or "slice" or "select" } call && types.IsTorch(call.TargetMethod) && RootSymbol(OperandInPlace(call)) is { } root)
        {
            effects.AddPart(local, root);
        }
    }

    /// <summary>Targets that were put aside while a choice on the right was made: <c>a[i] = c ? x : y</c>.</summary>
    private void CollectCapturedTargets(List<IOperation> operations, Effects effects)
    {
        var all = operations.SelectMany(operation => operation.DescendantsAndSelf()).ToList();
        var targets = new HashSet<CaptureId>(all.OfType<IAssignmentOperation>().Select(assignment => assignment.Target).OfType<IFlowCaptureReferenceOperation>()
            .Select(reference => reference.Id));
        foreach (var capture in all.OfType<IFlowCaptureOperation>())
        {
            if (targets.Contains(capture.Id))
            {
                Assigns(capture.Value, effects);
            }
        }
    }

    private void CollectCall(IInvocationOperation call, Effects effects)
    {
        var method = call.TargetMethod;
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            // Its effects are taken with the nested functions of the body.
            return;
        }

        var isInPlace = method.Name.Length > 1 && method.Name[method.Name.Length - 1] == '_' && types.IsTorch(method);
        if (isInPlace && OperandInPlace(call) is { } changed)
        {
            Assigns(changed, effects);
            if (RootSymbol(changed) is { } part)
            {
                effects.ChangedInPlace.Add(part);
            }
        }
        else if (call.Instance is { } instance)
        {
            if (ContainerMutators.Contains(method.Name) && method.DeclaringSyntaxReferences.Length == 0)
            {
                Mutates(instance, effects);
            }
        }

        CollectCalled(method, effects, call.Arguments);
    }

    private void CollectCalled(IMethodSymbol method, Effects effects, IEnumerable<IArgumentOperation>? arguments = null)
    {
        var target = method.ReducedFrom ?? method;
        if (target.IsAbstract || target.IsVirtual || target.ContainingType?.TypeKind == TypeKind.Interface)
        {
            target = search.OnlyImplementation(target, cancellation) ?? target;
        }

        foreach (var reference in target.OriginalDefinition.DeclaringSyntaxReferences)
        {
            var called = EffectsOfBody(reference.GetSyntax(cancellation));
            effects.AddCalled(called);
            foreach (var argument in arguments ?? [])
            {
                // A tensor that is handed in and changed in place is the caller's.
                if (argument.Parameter is { } parameter && called.ChangedInPlace.Any(changed => changed is IParameterSymbol own && own.Ordinal == parameter.Ordinal && own.Name == parameter.Name)
                    && RootSymbol(argument.Value) is { } given)
                {
                    effects.Assigned.Add(given);
                    effects.ChangedInPlace.Add(given);
                }
            }
        }
    }

    private void Assigns(IOperation target, Effects effects)
    {
        switch (target)
        {
            case ITupleOperation tuple:
                foreach (var element in tuple.Elements)
                {
                    Assigns(element, effects);
                }

                break;
            case IDeclarationExpressionOperation declaration:
                Assigns(declaration.Expression, effects);
                break;
            case IArrayElementReferenceOperation element:
                Mutates(element.ArrayReference, effects);
                break;
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } instance }:
                Mutates(instance, effects);
                if (types.IsTensor(instance.Type))
                {
                    Assigns(instance, effects);
                }

                break;
            default:
                if (RootSymbol(target) is { } symbol)
                {
                    effects.Assigned.Add(symbol);
                }

                break;
        }
    }

    private static void Mutates(IOperation container, Effects effects)
    {
        if (RootSymbol(container) is { } symbol and not IParameterSymbol)
        {
            effects.MutatedContainers.Add(symbol);
        }
        else
        {
            effects.MutatesAnyContainer = true;
        }
    }

    /// <summary>The variable behind a reference, through conversions, elements and chains of in-place calls.</summary>
    private static ISymbol? RootSymbol(IOperation? operation)
    {
        while (true)
        {
            switch (operation)
            {
                case ILocalReferenceOperation local:
                    return local.Local;
                case IParameterReferenceOperation parameter:
                    return parameter.Parameter;
                case IFieldReferenceOperation field:
                    return field.Field.OriginalDefinition;
                case IPropertyReferenceOperation { Property.IsIndexer: false } property:
                    return property.Property.OriginalDefinition;
                case IPropertyReferenceOperation property:
                    operation = property.Instance;
                    break;
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    break;
                case IArrayElementReferenceOperation element:
                    operation = element.ArrayReference;
                    break;
                case IInvocationOperation call:
                    operation = call.Instance;
                    break;
                default:
                    return null;
            }
        }
    }

    /// <summary>The places that going round a loop may change.</summary>
    private sealed class LoopChanges(Effects effects)
    {
        private HashSet<int>? containers;

        public IEnumerable<ISymbol> Members => effects.Assigned.Where(symbol => symbol is IFieldSymbol or IPropertySymbol);

        public bool MayChange(Place place, State state)
        {
            if (place.IsContents)
            {
                return effects.MutatesAnyContainer || (containers ??= MutatedIn(state)).Contains(place.Owner);
            }

            return place.Symbol is { } symbol && effects.Assigned.Contains(symbol);
        }

        private HashSet<int> MutatedIn(State state)
        {
            var found = new HashSet<int>();
            foreach (var entry in state.Values)
            {
                if (entry.Key.Symbol is { } symbol && effects.MutatedContainers.Contains(symbol))
                {
                    found.Add(entry.Value.Number);
                }
            }

            return found;
        }
    }
}
