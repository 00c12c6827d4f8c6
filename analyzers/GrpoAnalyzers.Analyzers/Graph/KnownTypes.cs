using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph;

/// <summary>The types of TorchSharp that a trainer is recognised by.</summary>
internal sealed class KnownTypes
{
    private KnownTypes(INamedTypeSymbol torch, Compilation compilation)
    {
        Torch = torch;
        Tensor = compilation.GetTypeByMetadataName("TorchSharp.torch+Tensor");
        Scalar = compilation.GetTypeByMetadataName("TorchSharp.Scalar");
        Module = compilation.GetTypeByMetadataName("TorchSharp.torch+nn+Module");
        Optimizer = compilation.GetTypeByMetadataName("TorchSharp.torch+optim+Optimizer");
        OptimizerHelper = compilation.GetTypeByMetadataName("TorchSharp.Modules.OptimizerHelper");
        Distribution = compilation.GetTypeByMetadataName("TorchSharp.torch+distributions+Distribution");
    }

    public INamedTypeSymbol Torch { get; }

    public INamedTypeSymbol? Tensor { get; }

    public INamedTypeSymbol? Scalar { get; }

    public INamedTypeSymbol? Module { get; }

    public INamedTypeSymbol? Optimizer { get; }

    public INamedTypeSymbol? OptimizerHelper { get; }

    public INamedTypeSymbol? Distribution { get; }

    /// <summary>The types, or null in a compilation that does not refer to TorchSharp.</summary>
    public static KnownTypes? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("TorchSharp.torch") is { } torch ? new KnownTypes(torch, compilation) : null;

    public bool IsTensor(ITypeSymbol? type) => Derives(type, Tensor);

    public bool IsModule(ITypeSymbol? type) => Derives(type, Module);

    public bool IsOptimizer(ITypeSymbol? type) => Derives(type, Optimizer) || Derives(type, OptimizerHelper);

    public bool IsDistribution(ITypeSymbol? type) => Derives(type, Distribution);

    /// <summary>Whether a symbol belongs to TorchSharp, by the assembly that declares it.</summary>
    public bool IsTorch(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, Torch.ContainingAssembly);

    /// <summary>A number, truth value or other plain value: no axes, no gradient.</summary>
    public bool IsScalar(ITypeSymbol? type) => type switch
    {
        null => false,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => IsScalar(nullable.TypeArguments[0]),
        { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_Double } => true,
        { TypeKind: TypeKind.Enum } => true,
        _ => SymbolEqualityComparer.Default.Equals(type, Scalar),
    };

    public static bool Derives(ITypeSymbol? type, INamedTypeSymbol? from)
    {
        if (from is null)
        {
            return false;
        }

        if (type is ITypeParameterSymbol parameter)
        {
            return parameter.ConstraintTypes.Any(constraint => Derives(constraint, from));
        }

        for (var current = type; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, from))
            {
                return true;
            }
        }

        return false;
    }
}
