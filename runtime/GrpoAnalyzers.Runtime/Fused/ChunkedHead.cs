namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Passes over the logits of some rows, a chunk at a time, in one buffer of [chunk, V]. What is kept of a chunk are its log-probabilities (2 N H V)
/// and, where their gradient is given, its part of the gradients (4 N H V more).
/// </summary>
internal sealed class ChunkedHead : IDisposable
{
    private const long PackedTokens = 8192;

    private readonly LmHead head;
    private readonly HeadRows rows;
    private readonly Tensor weight;
    private readonly Tensor transposed;
    private readonly Tensor? bias;
    private readonly Tensor buffer;
    private readonly long chunk;
    private readonly CancellationToken cancellation;

    /// <summary>A head to be passed over; everything it makes lies in the current dispose scope.</summary>
    internal ChunkedHead(LmHead head, HeadRows rows, FusedOptions options, bool gradients)
    {
        this.head = head;
        MathType = Require.MathType(head.Weight.dtype);

        // libtorch has no half kernels on the CPU: there float16 is multiplied in float32.
        var type = head.Weight.dtype == ScalarType.Float16 && head.Weight.device_type == TorchSharp.DeviceType.CPU ? MathType : head.Weight.dtype;
        weight = head.Weight.detach().to(type);
        this.rows = rows with { Hidden = rows.Hidden.to(type) };
        transposed = weight.t();
        bias = head.Bias is null ? null : head.Bias.detach().to(MathType) * head.InnerScale;
        chunk = options.Chunk(rows.Count, head, rows.Hidden, gradients && head.Weight.requires_grad);
        cancellation = options.Cancellation;
        buffer = empty([chunk, head.Vocabulary], MathType, weight.device);
    }

    /// <summary>The gradient of the loss by the log-probabilities <c>[n]</c> of the rows from <c>start</c> on.</summary>
    internal delegate Tensor ChunkGradient(long start, Tensor logProbs);

    internal ScalarType MathType { get; }

    /// <summary>Gives the buffer back, before a backbone's backward or the objective on all tokens needs memory of its own.</summary>
    public void Dispose() => buffer.Dispose();

    /// <summary>One pass.</summary>
    /// <param name="logProbs"><c>[R]</c>, written; null: not wanted.</param>
    /// <param name="entropies"><c>[R]</c>, written; null: not wanted.</param>
    /// <param name="metricEntropies">
    /// <c>[R]</c>, written; null: not wanted. Entropies that cost nothing, as the mean logit is a product with the hidden state's gradient; they have fewer
    /// digits and need that gradient, no bias and no cap.
    /// </param>
    /// <param name="gradient">Null: a forward pass.</param>
    /// <param name="sums">Where gradients go.</param>
    internal void Pass(Tensor? logProbs, Tensor? entropies, ChunkGradient? gradient, HeadSums? sums, Tensor? metricEntropies = null)
    {
        using var grad = no_grad();
        for (long start = 0; start < rows.Count; start += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(chunk, rows.Count - start);
            var hidden = rows.Hidden.narrow(0, start, count);
            var targets = rows.Targets.narrow(0, start, count).unsqueeze(1);
            var logits = Logits(hidden);
            var exponentials = new ChunkOfLogits(logits, targets, head);
            logProbs?.narrow(0, start, count).copy_(exponentials.LogProbs.squeeze(1));
            entropies?.narrow(0, start, count).copy_(exponentials.Entropies());
            if (gradient is null || sums is null)
            {
                continue;
            }

            var given = gradient(start, exponentials.LogProbs.squeeze(1)).unsqueeze(1);
            exponentials.TakeSlopes();
            var factors = exponentials.Others.to(weight.dtype); // both products read them; a copy only where the head is narrower than the math
            AddHidden(exponentials, factors, hidden, targets, given, sums.Hidden?.narrow(0, start, count), metricEntropies?.narrow(0, start, count));
            AddHead(exponentials, factors, hidden, targets, given, sums);
        }
    }

    private Tensor Logits(Tensor hidden)
    {
        var scale = head.InnerScale;
        var logits = buffer.narrow(0, 0, hidden.shape[0]);
        if (hidden.dtype == MathType)
        {
            // The temperature costs a pass over [n, H], not over [n, V].
            logits.addmm_(scale == 1 ? hidden : hidden * scale, transposed, 0, 1);
        }
        else
        {
            using var product = hidden.mm(transposed);
            logits.copy_(product);
            if (scale != 1)
            {
                logits.mul_(scale);
            }
        }

        if (bias is not null)
        {
            logits.add_(bias);
        }

        if (head.SoftCap is { } cap)
        {
            logits.tanh_().mul_(cap / head.Temperature);
        }

        return logits;
    }

    /// <summary>d loss / d h = g (so / s W_y - sum over v but y of e_v / s W_v) / temperature: nothing cancels for a token that is nearly certain.</summary>
    private void AddHidden(ChunkOfLogits logits, Tensor factors, Tensor hidden, Tensor targets, Tensor given, Tensor? target, Tensor? entropies)
    {
        if (target is null)
        {
            return;
        }

        if (weight.dtype == MathType)
        {
            target.addmm_(factors, weight, 0, 1);
        }
        else
        {
            target.copy_(factors.mm(weight));
        }

        var own = weight.index_select(0, targets.squeeze(1)).to(MathType);
        if (entropies is not null)
        {
            var state = hidden.to(MathType);
            var meanLogit = (state * target).sum(1, true) / logits.Sum + (state * own).sum(1, true) * (1 - logits.OwnShare);
            entropies.copy_((logits.LogOfSum - meanLogit / head.Temperature).squeeze(1));
        }

        target.div_(-logits.Sum).addcmul_(own, logits.OwnShare, 1).mul_(given / head.Temperature);
    }

    private void AddHead(ChunkOfLogits logits, Tensor factors, Tensor hidden, Tensor targets, Tensor given, HeadSums sums)
    {
        if (sums.Weight is null && sums.Bias is null)
        {
            return;
        }

        var scaled = given / head.Temperature;
        var perRow = scaled / logits.Sum;
        if (sums.Bias is { } biasSum)
        {
            biasSum.addmv_(logits.Others.t(), perRow.squeeze(1), 1, -1);
            biasSum.index_add_(0, targets.squeeze(1), (scaled * logits.OwnShare).squeeze(1), 1);
        }

        if (sums.Weight is not { } weightSum)
        {
            return;
        }

        var full = hidden.to(MathType);
        if (weight.dtype == MathType)
        {
            AddProduct(weightSum, factors, full * perRow);
        }
        else
        {
            // The rows are brought to 1 at most before they lose their digits, so that a small gradient does not vanish in float16.
            var product = full * perRow;
            var size = product.abs().amax([0L, 1L]).clamp_min(1e-30);
            using var part = factors.t().mm((product / size).to(weight.dtype));
            weightSum.addcmul_(part.to(MathType), size, -1);
        }

        weightSum.index_add_(0, targets.squeeze(1), full * (scaled * logits.OwnShare), 1);
    }

    /// <summary>
    /// sum - factors^T rows, some of the vocabulary at a time: a BLAS library on a CPU packs its right-hand matrix whole, and would hold another buffer
    /// of the chunk's size for it.
    /// </summary>
    private static void AddProduct(Tensor sum, Tensor factors, Tensor rows)
    {
        var vocabulary = sum.shape[0];
        var step = sum.device_type == TorchSharp.DeviceType.CPU ? PackedTokens * get_num_threads() : vocabulary;
        for (long first = 0; first < vocabulary; first += step)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(step, vocabulary - first);
            sum.narrow(0, first, count).addmm_(factors.narrow(1, first, count).t(), rows, 1, -1);
        }
    }
}
