using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Goes through a data set in batches, once for each enumeration. Batches are made one after the other on the calling thread.</summary>
public class DataLoader<T, S> : IEnumerable<S>, IDisposable
{
    private readonly Random random;
    private readonly bool shuffle;
    private readonly IEnumerable<long>? order;

    public DataLoader(
        utils.data.Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, Device, S> collate_fn, IEnumerable<long> shuffler, Device? device = null,
        int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
        : this(dataset, batchSize, collate_fn, false, device, null, num_worker, drop_last, disposeBatch, disposeDataset)
        => order = shuffler;

    public DataLoader(
        utils.data.Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, Device, S> collate_fn, bool shuffle = false, Device? device = null,
        int? seed = null, int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        this.dataset = dataset;
        batch_size = batchSize;
        this.collate_fn = collate_fn;
        this.shuffle = shuffle;
        random = seed is int number ? new Random(number) : new Random();
        Device = device ?? get_default_device();
        num_workers = num_worker;
        this.drop_last = drop_last;
        DisposeBatch = disposeBatch;
        DisposeDataset = disposeDataset;
    }

    public utils.data.Dataset<T> dataset { get; }

    public int batch_size { get; }

    public bool drop_last { get; }

    public int num_workers { get; }

    public Device Device { get; }

    public bool DisposeBatch { get; }

    public bool DisposeDataset { get; }

    public Func<IEnumerable<T>, Device, S> collate_fn { get; }

    /// <summary>The indices in the order of the next enumeration.</summary>
    public IEnumerable<long> sampler => order ?? Indices();

    public long Count => drop_last ? dataset.Count / batch_size : (dataset.Count + batch_size - 1) / batch_size;

    public IEnumerator<S> GetEnumerator()
    {
        foreach (var indices in sampler.Chunk(batch_size))
        {
            if (indices.Length < batch_size && drop_last) yield break;
            var items = Array.ConvertAll(indices, dataset.GetTensor);
            S batch;
            try
            {
                batch = collate_fn(items, Device);
            }
            finally
            {
                foreach (var item in items) DisposeItem(item);
            }

            try
            {
                yield return batch;
            }
            finally
            {
                if (DisposeBatch) DisposeItem(batch);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && DisposeDataset) dataset.Dispose();
    }

    private static void DisposeItem(object? item)
    {
        switch (item)
        {
            case IDisposable disposable:
                disposable.Dispose();
                break;
            case IEnumerable<Tensor> tensors:
                foreach (var tensor in tensors) tensor.Dispose();
                break;
            case IDictionary<string, Tensor> named:
                foreach (var tensor in named.Values) tensor.Dispose();
                break;
        }
    }

    private long[] Indices()
    {
        var indices = new long[dataset.Count];
        for (var i = 0L; i < indices.Length; i++) indices[i] = i;
        if (shuffle) random.Shuffle(indices);
        return indices;
    }
}
