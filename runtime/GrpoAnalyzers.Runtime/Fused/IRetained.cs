namespace GrpoAnalyzers.Runtime;

/// <summary>What a node of the graph keeps for its backward; it lives in a dispose scope as tensors do.</summary>
internal interface IRetained : IDisposable
{
    void MoveToOuterDisposeScope();
}
