// Several tests count the tensors that are alive in the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
