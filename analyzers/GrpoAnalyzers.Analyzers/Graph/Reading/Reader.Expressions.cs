using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Expressions to nodes. An operation that is not known yields an opaque node of its operands: it is never an error.</summary>
internal sealed partial class Reader
{
    private Node Read(IOperation operation, State state, Frame frame)
    {
        if (expressionDepth > Budget.ExpressionDepth)
        {
            return Opaque(operation, frame);
        }

        expressionDepth++;
        var node = ReadCore(operation, state, frame);
        expressionDepth--;
        return node;
    }

    private Node ReadCore(IOperation operation, State state, Frame frame)
    {
        if (operation.ConstantValue is { HasValue: true } constant && operation is not IFieldReferenceOperation { Field.IsConst: false })
        {
            return Graph.Constant(constant.Value, SiteOf(operation, frame), LoopAt(frame));
        }

        switch (operation)
        {
            case IExpressionStatementOperation statement:
                return Read(statement.Operation, state, frame);
            case ILocalReferenceOperation local:
                return state[LocalPlace(local.Local, frame)] ?? Undefined(operation, frame);
            case IParameterReferenceOperation parameter:
                return ReadParameter(parameter, state, frame);
            case IFieldReferenceOperation field:
                return ReadField(field, state, frame);
            case IPropertyReferenceOperation property:
                return ReadProperty(property, state, frame);
            case IArrayElementReferenceOperation element:
                return ReadElement(element, Read(element.ArrayReference, state, frame), ReadAll(element.Indices, state, frame), state, frame);
            case IImplicitIndexerReferenceOperation indexer:
                return ReadElement(indexer, Read(indexer.Instance, state, frame), [Read(indexer.Argument, state, frame)], state, frame);
            case IInstanceReferenceOperation:
                return frame.Self ?? Opaque(operation, frame);
            case IFlowCaptureOperation capture:
                return ReadCapture(capture, state, frame);
            case IFlowCaptureReferenceOperation reference:
                return state[Place.Captured(frame, reference.Id)] ?? Undefined(operation, frame);
            case IConversionOperation conversion:
                return ReadConversion(conversion, state, frame);
            case IBinaryOperation binary:
                return ReadBinary(binary, Read(binary.LeftOperand, state, frame), Read(binary.RightOperand, state, frame), binary.OperatorKind, frame);
            case IUnaryOperation unary:
                return ReadUnary(unary, Read(unary.Operand, state, frame), frame);
            case IIncrementOrDecrementOperation increment:
                return ReadIncrement(increment, state, frame);
            case ICompoundAssignmentOperation compound:
                return ReadCompound(compound, state, frame);
            case ISimpleAssignmentOperation assignment:
                var value = Read(assignment.Value, state, frame);
                Assign(assignment.Target, value, state, frame);
                return value;
            case IDeconstructionAssignmentOperation deconstruction:
                var parts = Read(deconstruction.Value, state, frame);
                Deconstruct(deconstruction.Target, parts, state, frame);
                return parts;
            case IDeclarationExpressionOperation declaration:
                return Read(declaration.Expression, state, frame);
            case ITupleOperation tuple:
                return Make(Op.Tuple, operation, frame, ReadAll(tuple.Elements, state, frame));
            case IInvocationOperation call:
                return ReadInvocation(call, state, frame);
            case IObjectCreationOperation creation:
                return ReadCreation(creation, state, frame);
            case IArrayCreationOperation array:
                return ReadArrayCreation(array, state, frame);
            case ICollectionExpressionOperation collection:
                return ReadCollection(collection, state, frame);
            case IFlowAnonymousFunctionOperation lambda:
                frame.HasClosures = true;
                return Fresh(Op.Delegate, operation, frame, new DelegateTarget(lambda.Symbol, frame, null, lambda));
            case IDelegateCreationOperation creation:
                return Read(creation.Target, state, frame);
            case IMethodReferenceOperation reference:
                frame.HasClosures |= reference.Method.MethodKind == MethodKind.LocalFunction;
                var receiver = reference.Instance is null ? null : Read(reference.Instance, state, frame);
                return Fresh(Op.Delegate, operation, frame, new DelegateTarget(reference.Method, frame, receiver, null));
            case IAwaitOperation await:
                return Read(await.Operation, state, frame);
            case IIsNullOperation isNull:
                return Make(Op.Compare, operation, frame, Comparison.Equal, Read(isNull.Operand, state, frame), Null(operation, frame));
            case IIsPatternOperation isPattern:
                return ReadPattern(isPattern.Pattern, Read(isPattern.Value, state, frame), state, frame);
            case IDefaultValueOperation:
                return Graph.Constant(DefaultOf(operation.Type), SiteOf(operation, frame));
            case IReturnOperation { Kind: OperationKind.YieldReturn, ReturnedValue: { } yielded }:
                var handed = Read(yielded, state, frame);
                frame.YieldLoop = frame.Yields.Count == 0 || frame.YieldLoop == LoopAt(frame) ? LoopAt(frame) : frame.CallLoop;
                frame.Yields.Add(handed);
                // A body that yields for ever has no end whose state its caller could go on with.
                RememberMade(state);
                return handed;
            case ITranslatedQueryOperation query:
                return Read(query.Operation, state, frame);
            case IRangeOperation:
                return Make(Op.Bounds, operation, frame, ReadChildren(operation, state, frame));
            case ITypeOfOperation or INameOfOperation or ISizeOfOperation or IDiscardOperation or IInterpolatedStringOperation:
                return Fresh(Op.Opaque, operation, frame, null, ReadChildren(operation, state, frame));
            default:
                return Opaque(operation, frame, ReadChildren(operation, state, frame));
        }
    }

    private Node[] ReadAll(IEnumerable<IOperation> operations, State state, Frame frame) =>
        [.. operations.Select(operation => Read(operation, state, frame))];

    private Node[] ReadChildren(IOperation operation, State state, Frame frame) => ReadAll(operation.ChildOperations, state, frame);

    private Node Undefined(IOperation operation, Frame frame) => Opaque(operation, frame);

    private Node Null(IOperation operation, Frame frame) => Graph.Constant(null, SiteOf(operation, frame));

    private Node ReadCapture(IFlowCaptureOperation capture, State state, Frame frame)
    {
        var value = Read(capture.Value, state, frame);
        state.Set(Place.Captured(frame, capture.Id), value);
        // The capture may stand for the variable itself: assignments to it go there.
        frame.Captures[capture.Id] = capture.Value;
        return value;
    }

    private static Place LocalPlace(ISymbol local, Frame frame)
    {
        for (var current = frame; current is not null; current = current.Enclosing)
        {
            if (SymbolEqualityComparer.Default.Equals(current.Symbol, local.ContainingSymbol) || current.Enclosing is null)
            {
                return Place.Local(current, local);
            }
        }

        return Place.Local(frame, local);
    }

    private Node ReadParameter(IParameterReferenceOperation reference, State state, Frame frame)
    {
        var parameter = reference.Parameter;
        if (state[LocalPlace(parameter, frame)] is { } value)
        {
            return value;
        }

        // A parameter of a primary constructor that methods use is a field in all but name.
        return parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } && frame.Self is { } self
            ? ReadMember(self, parameter, reference, state, frame)
            : UnknownArgument(parameter);
    }

    private Node ReadConversion(IConversionOperation conversion, State state, Frame frame)
    {
        var operand = Read(conversion.Operand, state, frame);
        if (!types.IsScalar(conversion.Type) || operand.IsScalar)
        {
            return operand;
        }

        return types.IsTensor(conversion.Operand.Type) ? Make(Op.Item, conversion, frame, operand) : operand;
    }

    private Node ReadBinary(IOperation at, Node left, Node right, BinaryOperatorKind kind, Frame frame) => kind switch
    {
        BinaryOperatorKind.Add => Make(Op.Add, at, frame, left, right),
        BinaryOperatorKind.Subtract => Make(Op.Sub, at, frame, left, right),
        BinaryOperatorKind.Multiply => Make(Op.Mul, at, frame, left, right),
        BinaryOperatorKind.Divide => Make(Op.Div, at, frame, left, right),
        BinaryOperatorKind.LessThan => Make(Op.Compare, at, frame, Comparison.Less, left, right),
        BinaryOperatorKind.LessThanOrEqual => Make(Op.Compare, at, frame, Comparison.LessOrEqual, left, right),
        BinaryOperatorKind.GreaterThan => Make(Op.Compare, at, frame, Comparison.Greater, left, right),
        BinaryOperatorKind.GreaterThanOrEqual => Make(Op.Compare, at, frame, Comparison.GreaterOrEqual, left, right),
        BinaryOperatorKind.Equals => Make(Op.Compare, at, frame, Comparison.Equal, left, right),
        BinaryOperatorKind.NotEquals => Make(Op.Compare, at, frame, Comparison.NotEqual, left, right),
        BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd => Make(Op.And, at, frame, left, right),
        BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr => Make(Op.Or, at, frame, left, right),
        _ => Make(Op.Unary, at, frame, kind, left, right),
    };

    private Node ReadUnary(IUnaryOperation unary, Node operand, Frame frame) => unary.OperatorKind switch
    {
        UnaryOperatorKind.Minus => Make(Op.Neg, unary, frame, operand),
        UnaryOperatorKind.Plus => operand,
        UnaryOperatorKind.Not or UnaryOperatorKind.BitwiseNegation => Make(Op.Not, unary, frame, operand),
        _ => Make(Op.Unary, unary, frame, unary.OperatorKind, operand),
    };

    private Node ReadIncrement(IIncrementOrDecrementOperation increment, State state, Frame frame)
    {
        var before = Read(increment.Target, state, frame);
        var one = Graph.Constant(1.0, SiteOf(increment, frame));
        var after = Make(increment.Kind == OperationKind.Increment ? Op.Add : Op.Sub, increment, frame, before, one);
        Assign(increment.Target, after, state, frame);
        return increment.IsPostfix ? before : after;
    }

    private Node ReadCompound(ICompoundAssignmentOperation compound, State state, Frame frame)
    {
        var left = Read(compound.Target, state, frame);
        var right = Read(compound.Value, state, frame);
        var value = ReadBinary(compound, left, right, compound.OperatorKind, frame);
        Assign(compound.Target, value, state, frame);
        return value;
    }

    private Node ReadPattern(IPatternOperation pattern, Node value, State state, Frame frame)
    {
        switch (pattern)
        {
            case IConstantPatternOperation constant:
                return Make(Op.Compare, pattern, frame, Comparison.Equal, value, Read(constant.Value, state, frame));
            case IDeclarationPatternOperation declaration:
                if (declaration.DeclaredSymbol is { } declared)
                {
                    state.Set(LocalPlace(declared, frame), value);
                }

                return declaration.MatchesNull
                    ? Graph.Constant(true, SiteOf(pattern, frame))
                    : NullTest(pattern, value, frame);
            case INegatedPatternOperation negated:
                return Make(Op.Not, pattern, frame, ReadPattern(negated.Pattern, value, state, frame));
            case IBinaryPatternOperation binary:
                var left = ReadPattern(binary.LeftPattern, value, state, frame);
                var right = ReadPattern(binary.RightPattern, value, state, frame);
                return Make(binary.OperatorKind == BinaryOperatorKind.And ? Op.And : Op.Or, pattern, frame, left, right);
            case IRelationalPatternOperation relational:
                return ReadBinary(pattern, value, Read(relational.Value, state, frame), relational.OperatorKind, frame);
            case IDiscardPatternOperation:
                return Graph.Constant(true, SiteOf(pattern, frame));
            case IRecursivePatternOperation recursive:
                return ReadRecursivePattern(recursive, value, state, frame);
            default:
                return Opaque(pattern, frame, value);
        }
    }

    private Node NullTest(IOperation at, Node value, Frame frame) =>
        Make(Op.Not, at, frame, Make(Op.Compare, at, frame, Comparison.Equal, value, Null(at, frame)));

    private Node ReadRecursivePattern(IRecursivePatternOperation pattern, Node value, State state, Frame frame)
    {
        var test = NullTest(pattern, value, frame);
        if (pattern.DeclaredSymbol is { } declared)
        {
            state.Set(LocalPlace(declared, frame), value);
        }

        foreach (var property in pattern.PropertySubpatterns)
        {
            if (property.Member is IMemberReferenceOperation { Member: { } member })
            {
                test = Make(Op.And, pattern, frame, test, ReadPattern(property.Pattern, ReadMember(value, member, property, state, frame), state, frame));
            }
        }

        for (var i = 0; i < pattern.DeconstructionSubpatterns.Length; i++)
        {
            var part = ItemOf(value, i, pattern, state, frame);
            test = Make(Op.And, pattern, frame, test, ReadPattern(pattern.DeconstructionSubpatterns[i], part, state, frame));
        }

        return test;
    }
}
