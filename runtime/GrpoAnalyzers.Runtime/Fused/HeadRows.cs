namespace GrpoAnalyzers.Runtime;

/// <summary>The rows of hidden states that are multiplied with the head: those of some tokens.</summary>
/// <param name="Hidden"><c>[R, H]</c>, without graph.</param>
/// <param name="Targets"><c>[R]</c>, int64.</param>
/// <param name="Index">Where the rows stand among all tokens, <c>[R]</c>; null: they are all of them.</param>
internal sealed record HeadRows(Tensor Hidden, Tensor Targets, Tensor? Index)
{
    internal long Count => Targets.shape[0];

    /// <summary>Keeps the rows beyond the dispose scope that they were made in.</summary>
    internal void MoveToOuterDisposeScope()
    {
        Hidden.MoveToOuterDisposeScope();
        Targets.MoveToOuterDisposeScope();
        Index?.MoveToOuterDisposeScope();
    }

    /// <summary>Frees the rows that were kept.</summary>
    internal void Free()
    {
        Hidden.Dispose();
        Targets.Dispose();
        Index?.Dispose();
    }

    /// <summary>The rows where <paramref name="keep"/> is true. Their number is read on the host.</summary>
    internal static HeadRows Where(Tensor hidden, Tensor targets, Tensor keep)
    {
        var flat = hidden.detach().reshape(-1, hidden.shape[^1]);
        var ids = targets.reshape(-1).to(ScalarType.Int64);
        var index = keep.reshape(-1).nonzero().squeeze(1);
        return index.shape[0] == flat.shape[0]
            ? new HeadRows(flat, ids, null)
            : new HeadRows(flat.index_select(0, index), ids.index_select(0, index), index);
    }

    /// <summary>Some of these rows.</summary>
    internal HeadRows Subset(Tensor keep)
    {
        var index = keep.nonzero().squeeze(1);
        return index.shape[0] == Count
            ? this
            : new HeadRows(Hidden.index_select(0, index), Targets.index_select(0, index), Index is null ? index : Index.index_select(0, index));
    }

    /// <summary>The values of these rows out of one a token.</summary>
    internal Tensor Pick(Tensor perToken) => Index is null ? perToken.reshape(-1) : perToken.reshape(-1).index_select(0, Index);

    /// <summary>One value a token from one a row; the others keep what is in <paramref name="others"/>.</summary>
    internal Tensor Place(Tensor perRow, Tensor others)
    {
        if (Index is null)
        {
            return perRow.reshape(others.shape);
        }

        return others.reshape(-1).index_copy(0, Index, perRow).reshape(others.shape);
    }

    /// <summary>Gradients of these rows as gradients of all hidden states.</summary>
    internal Tensor Spread(Tensor perRow, long[] shape, ScalarType type)
    {
        var rows = perRow.to(type);
        return Index is null ? rows.reshape(shape) : zeros([Numel(shape) / shape[^1], shape[^1]], type, perRow.device).index_copy_(0, Index, rows).reshape(shape);
    }

    private static long Numel(long[] shape)
    {
        long numel = 1;
        foreach (var size in shape)
        {
            numel *= size;
        }

        return numel;
    }
}
