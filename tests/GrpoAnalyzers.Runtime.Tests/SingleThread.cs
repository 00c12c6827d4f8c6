namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The tensors of these tests are small: several threads wait for each other longer than they compute.</summary>
public sealed class SingleThread
{
    public SingleThread() => set_num_threads(1);
}
