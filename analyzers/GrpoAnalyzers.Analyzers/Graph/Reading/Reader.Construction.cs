using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Objects: their initialisers, constructors and base constructors, copies of records, and what every instance of a type holds.</summary>
internal sealed partial class Reader
{
    private Node ReadCreation(IObjectCreationOperation creation, State state, Frame frame)
    {
        var arguments = ReadArguments(creation.Arguments, state, frame);
        if (creation.Type is not INamedTypeSymbol type || creation.Constructor is not { } constructor)
        {
            return Opaque(creation, frame, arguments);
        }

        if (types.IsTorch(type))
        {
            return TorchCreation(creation, type, arguments, state, frame);
        }

        if (IsContainerType(type))
        {
            var contents = arguments.Length > 0 && creation.Arguments[0].Parameter?.Type is { } parameterType && IsContainerType(parameterType)
                ? ContentsOf(arguments[0], state)
                : Graph.None;
            return MakeContainer(contents, creation, state, frame);
        }

        if (type.DeclaringSyntaxReferences.Length == 0)
        {
            return Fresh(Op.Object, creation, frame, new ObjectIdentity(type, isMadeHere: false), arguments);
        }

        var self = Fresh(Op.Object, creation, frame, new ObjectIdentity(type, isMadeHere: true));
        owners[self.Number] = self;
        Construct(constructor, self, arguments, creation, state, frame, callsInitializers: true);
        return self;
    }

    private Node CloneOf(Node self, IOperation at, State state, Frame frame)
    {
        var identity = IdentityOf(self);
        var clone = Fresh(Op.Object, at, frame, new ObjectIdentity(TypeOf(self) ?? at.Type as INamedTypeSymbol ?? types.Torch, isMadeHere: false), identity);
        foreach (var entry in state.Values.ToList())
        {
            if (entry.Key.Owner == identity.Number && entry.Key.Symbol is { } member)
            {
                state.Set(MemberPlace(clone, member), entry.Value);
            }
        }

        return clone;
    }

    /// <summary>Runs initialisers, base constructors and the constructor on an object.</summary>
    private void Construct(
        IMethodSymbol constructor, Node self, Node[] arguments, IOperation at, State state, Frame caller, bool callsInitializers)
    {
        constructor = constructor.OriginalDefinition;
        var type = constructor.ContainingType;
        if (type.DeclaringSyntaxReferences.Length == 0 || caller.Depth >= Budget.CallDepth)
        {
            return;
        }

        foreach (var (parameter, argument) in constructor.Parameters.Zip(arguments, (parameter, argument) => (parameter, argument)))
        {
            if (IsPrimary(constructor))
            {
                state.Set(MemberPlace(self, parameter), argument);
                if (type.IsRecord && type.GetMembers(parameter.Name).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
                {
                    WriteMember(self, property, argument, state);
                }
            }
        }

        var chains = ChainedConstructor(constructor);
        if (callsInitializers && chains != SyntaxKindOfChain.This)
        {
            RunInitializers(type, self, at, state, caller, isStatic: false);
        }

        if (chains == SyntaxKindOfChain.None && type.BaseType is { DeclaringSyntaxReferences.Length: > 0 } baseType)
        {
            ConstructBase(constructor, baseType, self, at, state, caller);
        }

        if (!IsPrimary(constructor))
        {
            Call(constructor, self, arguments, at, state, caller);
        }
    }

    private void ConstructBase(IMethodSymbol constructor, INamedTypeSymbol baseType, Node self, IOperation at, State state, Frame caller)
    {
        foreach (var reference in constructor.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(cancellation) is TypeDeclarationSyntax { BaseList: { } bases }
                && bases.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault() is { } primary
                && bodies.ModelOf(reference.SyntaxTree).GetOperation(primary, cancellation) is IInvocationOperation call)
            {
                Construct(call.TargetMethod, self, ReadOnSelf(call.Arguments, self, at, state, caller), at, state, caller, callsInitializers: true);
                return;
            }
        }

        if (baseType.InstanceConstructors.FirstOrDefault(candidate => candidate.Parameters.Length == 0) is { } parameterless)
        {
            Construct(parameterless, self, [], at, state, caller, callsInitializers: true);
        }
    }

    /// <summary>Arguments that stand in a type's base list: they see the primary constructor's parameters.</summary>
    private Node[] ReadOnSelf(IEnumerable<IArgumentOperation> arguments, Node self, IOperation at, State state, Frame caller)
    {
        var frame = NewFrame((IMethodSymbol)caller.Symbol.OriginalDefinition, caller.Flow, self, at, state, caller, null);
        return ReadArguments(arguments, state, frame);
    }

    private enum SyntaxKindOfChain
    {
        None,
        This,
        Base,
    }

    private SyntaxKindOfChain ChainedConstructor(IMethodSymbol constructor)
    {
        foreach (var reference in constructor.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(cancellation) is ConstructorDeclarationSyntax { Initializer: { } initializer })
            {
                return initializer.ThisOrBaseKeyword.ValueText == "this" ? SyntaxKindOfChain.This : SyntaxKindOfChain.Base;
            }
        }

        return SyntaxKindOfChain.None;
    }

    private void RunInitializers(INamedTypeSymbol type, Node self, IOperation? at, State state, Frame? caller, bool isStatic)
    {
        foreach (var member in type.GetMembers())
        {
            if (member.IsStatic == isStatic && !IsExhausted && InitializerOf(member) is { } initializer
                && bodies.BodyAt(initializer, cancellation) is { } flow)
            {
                var frame = new Frame(++frameCount, member, flow, self, caller, enclosing: null)
                {
                    CallSite = caller is null || at is null ? null : SiteOf(at, caller),
                    CallLoop = caller is null ? null : LoopAt(caller),
                };
                Run(frame, state);
            }
        }
    }

    private SyntaxNode? InitializerOf(ISymbol member)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            if (!bodies.Compilation.ContainsSyntaxTree(reference.SyntaxTree))
            {
                continue;
            }

            switch (reference.GetSyntax(cancellation))
            {
                case VariableDeclaratorSyntax { Initializer: { } initializer } when member is IFieldSymbol { IsConst: false }:
                    return initializer;
                case PropertyDeclarationSyntax { Initializer: { } initializer }:
                    return initializer;
            }
        }

        return null;
    }

    private readonly Dictionary<INamedTypeSymbol, State?> prototypes = new(SymbolEqualityComparer.Default);

    /// <summary>The state of an object of a type that was constructed with unknown arguments.</summary>
    private State? PrototypeOf(INamedTypeSymbol type)
    {
        type = type.OriginalDefinition;
        if (prototypes.TryGetValue(type, out var known))
        {
            return known;
        }

        prototypes.Add(type, null);
        var state = new State();
        var self = SelfOf(type);
        owners[self.Number] = self;
        detached++;
        RunInitializers(type, self, null, state, null, isStatic: true);
        RunInitializers(type, self, null, state, null, isStatic: false);
        var constructor = type.InstanceConstructors.OrderByDescending(candidate => candidate.Parameters.Length).FirstOrDefault(candidate => !candidate.IsImplicitlyDeclared);
        if (constructor is not null)
        {
            PrototypeConstructor(constructor, type, self, state);
        }

        detached--;
        RememberMade(state);
        return prototypes[type] = state;
    }

    /// <summary>What the objects hold that a constructor leaves in members or an iterator hands out: they are read later, in another state.</summary>
    private void RememberMade(State state)
    {
        foreach (var entry in state.Values)
        {
            if (!entry.Key.IsLocal && owners.TryGetValue(entry.Key.Owner, out var owner) && owner.Op is Op.Object or Op.Container)
            {
                made[entry.Key] = entry.Value;
            }
        }
    }

    private void PrototypeConstructor(IMethodSymbol constructor, INamedTypeSymbol type, Node self, State state)
    {
        foreach (var parameter in constructor.Parameters)
        {
            if (IsPrimary(constructor))
            {
                var value = UnknownArgument(parameter);
                state.Set(Place.Member(self, parameter), value);
                if (type.IsRecord && type.GetMembers(parameter.Name).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
                {
                    state.Set(Place.Member(self, property), value);
                }
            }
        }

        if (!IsPrimary(constructor) && bodies.BodyOf(constructor, cancellation) is { } flow)
        {
            var frame = new Frame(++frameCount, constructor, flow, self, caller: null, enclosing: null);
            foreach (var parameter in constructor.Parameters)
            {
                state.Set(Place.Local(frame, parameter), UnknownArgument(parameter));
            }

            Run(frame, state);
        }
    }
}
