using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Assignments: to locals, parameters, members, elements and tuples.</summary>
internal sealed partial class Reader
{
    private void Assign(IOperation target, Node value, State state, Frame frame)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                state.Set(LocalPlace(local.Local, frame), value);
                break;
            case IParameterReferenceOperation parameter:
                AssignParameter(parameter, value, state, frame);
                break;
            case IFlowCaptureReferenceOperation capture:
                state.Set(Place.Captured(frame, capture.Id), value);
                if (frame.Captures.TryGetValue(capture.Id, out var captured)
                    && captured is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
                        or IArrayElementReferenceOperation)
                {
                    Assign(captured, value, state, frame);
                }

                break;
            case IDeclarationExpressionOperation declaration:
                Assign(declaration.Expression, value, state, frame);
                break;
            case ITupleOperation tuple:
                Deconstruct(tuple, value, state, frame);
                break;
            case IFieldReferenceOperation field:
                WriteMember(field.Instance is null ? SelfOf(field.Field.ContainingType) : Read(field.Instance, state, frame), field.Field, value, state);
                break;
            case IPropertyReferenceOperation property:
                AssignProperty(property, value, state, frame);
                break;
            case IArrayElementReferenceOperation element:
                WriteElement(Read(element.ArrayReference, state, frame), value, element, state, frame);
                break;
            case IImplicitIndexerReferenceOperation indexer:
                WriteElement(Read(indexer.Instance, state, frame), value, indexer, state, frame);
                break;
        }
    }

    private void AssignParameter(IParameterReferenceOperation reference, Node value, State state, Frame frame)
    {
        var place = LocalPlace(reference.Parameter, frame);
        if (state[place] is null && reference.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } && frame.Self is { } self)
        {
            WriteMember(self, reference.Parameter, value, state);
        }
        else
        {
            state.Set(place, value);
        }
    }

    private void AssignProperty(IPropertyReferenceOperation reference, Node value, State state, Frame frame)
    {
        var property = reference.Property;
        var owner = reference.Instance is null ? SelfOf(property.ContainingType) : Read(reference.Instance, state, frame);
        if (property.IsIndexer)
        {
            if (types.IsTensor(reference.Instance?.Type))
            {
                ChangeInPlace(owner, Make(Op.Write, reference, frame, owner, value), state);
            }
            else
            {
                WriteElement(owner, value, reference, state, frame, ReadAll(reference.Arguments.Select(argument => argument.Value), state, frame));
            }

            return;
        }

        if (types.IsTorch(property))
        {
            if (property.Name is "LearningRate" or "lr")
            {
                Record(EventKind.SetLearningRate, value, frame, state, SiteOf(reference, frame));
            }

            return;
        }

        if (!IsAutoProperty(property) && property.SetMethod is { DeclaringSyntaxReferences.Length: > 0 } setter)
        {
            Call(setter, owner, [value], reference, state, frame);
            return;
        }

        WriteMember(owner, Implementation(owner, property), value, state);
    }

    private void Deconstruct(IOperation target, Node value, State state, Frame frame)
    {
        if (target is IDeclarationExpressionOperation declaration)
        {
            target = declaration.Expression;
        }

        if (target is not ITupleOperation tuple)
        {
            Assign(target, value, state, frame);
            return;
        }

        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            var item = ItemOf(value, i, target, state, frame);
            item.IsScalar |= types.IsScalar(tuple.Elements[i].Type);
            Deconstruct(tuple.Elements[i], item, state, frame);
        }
    }

    /// <summary>An item of a tuple, or of what deconstructs like one.</summary>
    private Node ItemOf(Node value, int index, IOperation at, State state, Frame frame)
    {
        var read = value;
        value = IdentityOf(value);
        if (value.Op == Op.Tuple && index < value.Inputs.Length)
        {
            return ReadBack(value[index], read, at, frame);
        }

        if (choices < MaximumChoices && value.Op is Op.Phi or Op.LoopPhi or Op.Write or Op.Group && value.Inputs.Length > 0)
        {
            var items = new List<Node>();
            choices++;
            foreach (var input in value.Inputs)
            {
                if (input.Op != Op.Constant && !ReferenceEquals(input, value))
                {
                    var item = ItemOf(input, index, at, state, frame);
                    if (!items.Exists(other => other.Number == item.Number))
                    {
                        items.Add(item);
                    }
                }
            }

            choices--;
            if (items.Count == 1)
            {
                return items[0];
            }

            if (items.Count > 1)
            {
                var phi = Graph.Number(Op.Phi, [.. items], (value.Number, index), SiteOf(at, frame), LoopAt(frame));
                phi.Gates = value.Gates;
                return phi;
            }
        }

        if (TypeOf(value) is { IsRecord: true } record
            && record.InstanceConstructors.FirstOrDefault(IsPrimary) is { } primary
            && index < primary.Parameters.Length
            && record.GetMembers(primary.Parameters[index].Name).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
        {
            return ReadMember(value, property, at, state, frame);
        }

        var part = Graph.Number(Op.Input, [value], index, SiteOf(at, frame), LoopAt(frame));
        part.IsScalar = at is IFieldReferenceOperation && types.IsScalar(at.Type);
        return part;
    }

    private static bool IsPrimary(IMethodSymbol constructor) =>
        constructor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is TypeDeclarationSyntax);
}
