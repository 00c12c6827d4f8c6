using GrpoAnalyzers.Runtime.Tests;

// Live tensors are counted for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SingleThread))]
