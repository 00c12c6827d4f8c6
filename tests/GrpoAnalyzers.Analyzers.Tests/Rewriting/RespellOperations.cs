using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>
/// Spells operations on tensors in another way: operators as methods and back, methods of tensors as functions of torch and back, and a few identities of
/// real numbers. A spelling is taken only where it binds to what it should.
/// </summary>
internal sealed class RespellOperations : ProgramRewriter
{
    public override string Name => "respell";

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes)
    {
        var rewriter = new Rewriter(model, random);
        var result = rewriter.Visit(root);
        changes = rewriter.Changes;
        return result;
    }

    private sealed class Rewriter(SemanticModel model, Random random) : CSharpSyntaxRewriter
    {
        private static readonly Dictionary<SyntaxKind, string> MethodOf = new()
        {
            [SyntaxKind.AddExpression] = "add",
            [SyntaxKind.SubtractExpression] = "sub",
            [SyntaxKind.MultiplyExpression] = "mul",
            [SyntaxKind.DivideExpression] = "div",
            [SyntaxKind.LessThanExpression] = "lt",
            [SyntaxKind.LessThanOrEqualExpression] = "le",
            [SyntaxKind.GreaterThanExpression] = "gt",
            [SyntaxKind.GreaterThanOrEqualExpression] = "ge",
            [SyntaxKind.EqualsExpression] = "eq",
            [SyntaxKind.NotEqualsExpression] = "ne",
            [SyntaxKind.BitwiseAndExpression] = "bitwise_and",
            [SyntaxKind.BitwiseOrExpression] = "bitwise_or",
        };

        private static readonly Dictionary<string, SyntaxKind> OperatorOf = MethodOf.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        public int Changes { get; private set; }

        public override SyntaxNode? VisitBinaryExpression(BinaryExpressionSyntax node)
        {
            var visited = (BinaryExpressionSyntax)base.VisitBinaryExpression(node)!;
            return Choose(node, visited, Spellings(node, node.Left, node.Right), Spellings(node, visited.Left, visited.Right));
        }

        public override SyntaxNode? VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
        {
            var visited = (PrefixUnaryExpressionSyntax)base.VisitPrefixUnaryExpression(node)!;
            return node.IsKind(SyntaxKind.UnaryMinusExpression) && IsTensor(node.Operand)
                ? Choose(node, visited, Negations(node.Operand), Negations(visited.Operand))
                : visited;
        }

        public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
        {
            var visited = (InvocationExpressionSyntax)base.VisitInvocationExpression(node)!;
            if (model.GetSymbolInfo(node).Symbol is not IMethodSymbol { IsGenericMethod: false } method || !IsTensor(node)
                || node.ArgumentList.Arguments.Any(argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None)))
            {
                return visited;
            }

            return Choose(node, visited, Spellings(node, method, node), Spellings(node, method, visited));
        }

        public override SyntaxNode? VisitAssignmentExpression(AssignmentExpressionSyntax node)
        {
            var visited = (AssignmentExpressionSyntax)base.VisitAssignmentExpression(node)!;
            var kind = node.Kind() switch
            {
                SyntaxKind.AddAssignmentExpression => SyntaxKind.AddExpression,
                SyntaxKind.SubtractAssignmentExpression => SyntaxKind.SubtractExpression,
                SyntaxKind.MultiplyAssignmentExpression => SyntaxKind.MultiplyExpression,
                SyntaxKind.DivideAssignmentExpression => SyntaxKind.DivideExpression,
                _ => SyntaxKind.None,
            };
            if (kind == SyntaxKind.None || node.Left is not IdentifierNameSyntax || !IsTensor(node.Left) || random.Next(2) == 0)
                return visited;
            Changes++;
            var computed = visited.CopyAnnotationsTo(BinaryExpression(kind, visited.Left, Operand(visited.Right)))!;
            return AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, visited.Left, computed);
        }

        /// <summary>One of the spellings that mean in this place what the original means; the original where none does.</summary>
        private SyntaxNode Choose(ExpressionSyntax original, ExpressionSyntax visited, IEnumerable<ExpressionSyntax> candidates, IEnumerable<ExpressionSyntax> results)
        {
            if (random.Next(4) == 0 || original.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>() is not null)
                return visited;
            var spellings = candidates.Zip(results).ToList();
            Shuffle(spellings, random);
            foreach (var (candidate, result) in spellings)
            {
                var bound = model.GetSpeculativeTypeInfo(original.SpanStart, candidate, SpeculativeBindingOption.BindAsExpression);
                if (bound.Type is null || !SymbolEqualityComparer.Default.Equals(bound.Type, model.GetTypeInfo(original).Type)
                    || model.GetSpeculativeSymbolInfo(original.SpanStart, candidate, SpeculativeBindingOption.BindAsExpression).Symbol is null)
                {
                    continue;
                }

                Changes++;
                // An operator in place of a call may need parentheses to stay together, and an expression statement has to stay a call.
                if (original.Parent is ExpressionStatementSyntax && result is not InvocationExpressionSyntax)
                    return visited;
                var marked = visited.CopyAnnotationsTo(result)!;
                return result is InvocationExpressionSyntax ? marked : ParenthesizedExpression(marked);
            }

            return visited;
        }

        private IEnumerable<ExpressionSyntax> Spellings(BinaryExpressionSyntax node, ExpressionSyntax left, ExpressionSyntax right)
        {
            if (!MethodOf.TryGetValue(node.Kind(), out var method) || !IsTensor(node))
                yield break;
            if (IsTensor(node.Left))
            {
                yield return Method(left, method, right);
                yield return Function(method, left, right);
                if (node.IsKind(SyntaxKind.SubtractExpression) && IsTensor(node.Right))
                    yield return BinaryExpression(SyntaxKind.AddExpression, Operand(left), Method(right, "neg"));
                if (node.IsKind(SyntaxKind.DivideExpression) && IsTensor(node.Right))
                {
                    yield return BinaryExpression(SyntaxKind.MultiplyExpression, Operand(left), Method(right, "reciprocal"));
                    yield return Method(left, "mul", Method(right, "pow", PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, Number(1))));
                }

                yield break;
            }

            // The number on the left moves behind the tensor: it has no effect that could come first.
            if (!IsPlain(node.Left))
                yield break;
            switch (node.Kind())
            {
                case SyntaxKind.AddExpression or SyntaxKind.MultiplyExpression:
                    yield return Method(right, method, left);
                    yield return Function(method, right, left);
                    break;
                case SyntaxKind.SubtractExpression:
                    yield return Method(Method(right, "neg"), "add", left);
                    yield return BinaryExpression(SyntaxKind.AddExpression, PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, Operand(right)), Operand(left));
                    break;
                case SyntaxKind.DivideExpression:
                    yield return Method(Method(right, "reciprocal"), "mul", left);
                    yield return BinaryExpression(SyntaxKind.MultiplyExpression, Operand(left), Function("reciprocal", right));
                    break;
                default:
                    break;
            }
        }

        private static IEnumerable<ExpressionSyntax> Negations(ExpressionSyntax operand) =>
            [
                Method(operand, "neg"),
                Function("neg", operand),
                Method(operand, "mul", PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, Number(1))),
                BinaryExpression(SyntaxKind.MultiplyExpression, PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, Number(1)), Operand(operand)),
            ];

        private IEnumerable<ExpressionSyntax> Spellings(InvocationExpressionSyntax node, IMethodSymbol method, InvocationExpressionSyntax call)
        {
            if (node.Expression is not MemberAccessExpressionSyntax { Name: IdentifierNameSyntax } && node.Expression is not IdentifierNameSyntax)
                yield break;
            var arguments = call.ArgumentList.Arguments;
            // As a method, where is called on the first of its two values, not on the condition.
            if (method is { IsStatic: false, ContainingType.Name: "Tensor", Name: not "where" } && call.Expression is MemberAccessExpressionSyntax { Expression: var receiver })
            {
                if (FunctionLike(method, "torch") is not null)
                    yield return InvocationExpression(TorchMember(method.Name), ArgumentList(arguments.Insert(0, Argument(receiver.WithoutTrivia()))));
                foreach (var other in Others(method, node, receiver, arguments))
                    yield return other;
            }
            else if (method is { IsStatic: true, ContainingType.Name: "torch", Name: not "where" } && arguments.Count > 0 && IsTensor(node.ArgumentList.Arguments[0].Expression)
                && arguments[0].NameColon is null && MethodLike(method) is not null)
            {
                yield return InvocationExpression(
                    MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Operand(arguments[0].Expression), IdentifierName(method.Name)),
                    ArgumentList(arguments.RemoveAt(0)));
                foreach (var other in Others(method, node, arguments[0].Expression, arguments.RemoveAt(0)))
                    yield return other;
            }
            else if (method is { IsStatic: true, ContainingType.Name: "torch", Name: "min" or "max" } && arguments.Count == 2)
            {
                foreach (var other in Others(method, node, arguments[0].Expression, arguments.RemoveAt(0)))
                    yield return other;
            }
        }

        /// <summary>Other operations that compute the same.</summary>
        private IEnumerable<ExpressionSyntax> Others(IMethodSymbol method, InvocationExpressionSyntax node, ExpressionSyntax first, SeparatedSyntaxList<ArgumentSyntax> rest)
        {
            if (rest.Any(argument => argument.NameColon is not null))
                yield break;
            var second = rest.Count == 1 ? rest[0].Expression : null;
            var originals = node.ArgumentList.Arguments;
            if (second is not null && OperatorOf.TryGetValue(method.Name, out var @operator))
                yield return BinaryExpression(@operator, Operand(first), Operand(second));
            switch (method.Name)
            {
                case "neg" when rest.Count == 0:
                    yield return PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, Operand(first));
                    break;
                case "min" or "minimum" or "max" or "maximum" when second is not null && originals.All(argument => IsTensor(argument.Expression)):
                    var (pair, lesser, opposite) = method.Name[..3] == "min" ? ("minimum", SyntaxKind.LessThanExpression, "max") : ("maximum", SyntaxKind.GreaterThanExpression, "min");
                    yield return Function(pair, first, second);
                    yield return Function(method.Name[..3], first, second);
                    yield return Method(first, pair, second);
                    yield return PrefixUnaryExpression(
                        SyntaxKind.UnaryMinusExpression,
                        Function(opposite, PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, Operand(first)), Method(second, "neg")));
                    if (originals.All(argument => argument.Expression is IdentifierNameSyntax) && method.IsStatic)
                        yield return Function("where", BinaryExpression(lesser, first, second), first, second);
                    break;
                case "clamp" when rest.Count == 2 && originals.TakeLast(2).All(argument => IsPlain(argument.Expression)):
                    yield return Method(Method(first, "clamp_min", rest[0].Expression), "clamp_max", rest[1].Expression);
                    yield return Method(first, "clip", rest[0].Expression, rest[1].Expression);
                    break;
                case "sqrt" when rest.Count == 0:
                    yield return Method(first, "pow", Number(0.5));
                    break;
                case "pow" when second is LiteralExpressionSyntax { Token.Value: 2 } && first is IdentifierNameSyntax:
                    yield return Method(first, "square");
                    yield return BinaryExpression(SyntaxKind.MultiplyExpression, first, first);
                    break;
                default:
                    break;
            }
        }

        private IMethodSymbol? FunctionLike(IMethodSymbol method, string type)
        {
            var torch = method.ContainingType.ContainingType;
            return torch?.Name != type ? null : torch.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(function =>
                function.IsStatic && function.Parameters.Length == method.Parameters.Length + 1
                && SymbolEqualityComparer.Default.Equals(function.Parameters[0].Type, method.ContainingType)
                && AreSame(function.Parameters.Skip(1), method.Parameters));
        }

        private IMethodSymbol? MethodLike(IMethodSymbol function)
        {
            var tensor = function.ContainingType.GetTypeMembers("Tensor").FirstOrDefault();
            return tensor?.GetMembers(function.Name).OfType<IMethodSymbol>().FirstOrDefault(method =>
                !method.IsStatic && method.Parameters.Length == function.Parameters.Length - 1 && AreSame(method.Parameters, function.Parameters.Skip(1)));
        }

        private static bool AreSame(IEnumerable<IParameterSymbol> left, IEnumerable<IParameterSymbol> right) =>
            left.Zip(right).All(pair => SymbolEqualityComparer.Default.Equals(pair.First.Type, pair.Second.Type)
                && pair.First.HasExplicitDefaultValue == pair.Second.HasExplicitDefaultValue
                && (!pair.First.HasExplicitDefaultValue || Equals(pair.First.ExplicitDefaultValue, pair.Second.ExplicitDefaultValue)));

        private bool IsTensor(ExpressionSyntax expression) => model.GetTypeInfo(expression).Type is { Name: "Tensor", ContainingType.Name: "torch" };

        private bool IsPlain(ExpressionSyntax expression) =>
            model.GetConstantValue(expression).HasValue
            || model.GetSymbolInfo(expression).Symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol
            || expression is BinaryExpressionSyntax binary && IsPlain(binary.Left) && IsPlain(binary.Right)
            || expression is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus && IsPlain(minus.Operand)
            || expression is ParenthesizedExpressionSyntax parenthesized && IsPlain(parenthesized.Expression);

        private static LiteralExpressionSyntax Number(int value) => LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(value));

        private static LiteralExpressionSyntax Number(double value) => LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(value));

        private static InvocationExpressionSyntax Method(ExpressionSyntax receiver, string name, params ExpressionSyntax[] arguments) =>
            InvocationExpression(
                MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Operand(receiver), IdentifierName(name)),
                ArgumentList(SeparatedList(arguments.Select(argument => Argument(argument.WithoutTrivia())))));

        private static InvocationExpressionSyntax Function(string name, params ExpressionSyntax[] arguments) =>
            InvocationExpression(TorchMember(name), ArgumentList(SeparatedList(arguments.Select(argument => Argument(argument.WithoutTrivia())))));

        private static MemberAccessExpressionSyntax TorchMember(string name) =>
            MemberAccessExpression(
                SyntaxKind.SimpleMemberAccessExpression,
                MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, IdentifierName("TorchSharp"), IdentifierName("torch")),
                IdentifierName(name));
    }
}
