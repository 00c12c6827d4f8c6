namespace GrpoAnalyzers.Runtime;

/// <summary>Which completions belong to the same prompt: consecutive ones by size, or any by equal ids. An <c>int</c> converts to a size.</summary>
public sealed class Groups
{
    private readonly long size;
    private readonly Tensor? ids;

    private Groups(long size, Tensor? ids) => (this.size, this.ids) = (size, ids);

    /// <summary>Consecutive completions, <paramref name="size"/> a group.</summary>
    /// <param name="size">Completions a prompt; must divide the number of completions.</param>
    public static Groups OfSize(int size) => size > 0
        ? new Groups(size, null)
        : throw new ArgumentOutOfRangeException(nameof(size), size, "wanted at least one completion a group.");

    /// <summary>Completions with equal ids are a group, in any order and of any sizes.</summary>
    /// <param name="ids">Integer <c>[B]</c>. The caller keeps it alive.</param>
    public static Groups ById(Tensor ids)
    {
        Require.Integral(ids, nameof(ids));
        return ids.dim() == 1
            ? new Groups(0, ids)
            : throw new ArgumentException($"wanted shape [B], found {Require.Show(ids.shape)}.", nameof(ids));
    }

    /// <summary>Groups by size.</summary>
    /// <param name="size">Completions a prompt.</param>
    public static implicit operator Groups(int size) => OfSize(size);

    /// <summary>The groups of <paramref name="count"/> completions on the device of <paramref name="like"/>; no host read.</summary>
    internal GroupIndex Resolve(long count, Tensor like, string name)
    {
        if (ids is null)
        {
            return count % size == 0
                ? new GroupIndex(arange(count, ScalarType.Int64, like.device).div(size, RoundingMode.floor), count / size)
                : throw new ArgumentException($"groups of {size} do not divide {count} completions.", name);
        }

        Require.Usable(ids, name);
        Require.Shape(ids, name, count);
        Require.SameDevice(ids, name, like);

        // Equal ids stand together once sorted; the number of changes before one is its group. The number of groups stays on the device.
        var (sorted, order) = ids.to(ScalarType.Int64).sort(0, false, true);
        var changes = sorted.slice(0, 1, count, 1).ne(sorted.slice(0, 0, count - 1, 1)).to(ScalarType.Int64);
        var rank = cat([zeros(1, ScalarType.Int64, like.device), changes], 0).cumsum(0);
        return new GroupIndex(zeros_like(order).scatter(0, order, rank), count);
    }
}
