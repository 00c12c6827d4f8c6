using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>What a delegate runs: a lambda or method, the frame whose locals it sees, the object it was made on.</summary>
internal sealed class DelegateTarget(IMethodSymbol method, Frame frame, Node? receiver, IFlowAnonymousFunctionOperation? lambda)
{
    public IMethodSymbol Method { get; } = method;

    public Frame Frame { get; } = frame;

    public Node? Receiver { get; } = receiver;

    public IFlowAnonymousFunctionOperation? Lambda { get; } = lambda;
}
