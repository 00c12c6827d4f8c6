namespace GrpoAnalyzers.Runtime;

/// <summary>An objective of which all is known but the policy: its weights, its denominator, and which tokens it can move.</summary>
internal sealed class ObjectiveByChunks
{
    private readonly GroupObjective objective;
    private readonly FusedInputs inputs;
    private readonly TokenBatch batch;
    private readonly Tensor policyWeight;
    private readonly Tensor regulariserWeight;
    private readonly bool weighsByPolicy;

    private ObjectiveByChunks(GroupObjective objective, FusedInputs inputs, TokenBatch batch, Tensor placeholder, Window window)
    {
        (this.objective, this.inputs, this.batch, Placeholder) = (objective, inputs, batch, placeholder);
        Scope = PolicyScopes.Of(objective);
        Trained = batch.Layout.Mask;
        var denominator = (window.Denominator ?? objective.Weighting.Aggregation.Denominator(batch)).detach().to(MathType).clamp_min(1);
        Scale = window.Replicas / denominator;

        var one = ones_like(batch.LogProbs);
        var factors = one * objective.Weighting.Aggregation.Factors(batch);
        weighsByPolicy = PolicyScopes.Of(objective.Weighting.Tokens) == PolicyScope.Token;
        var weights = PolicyScopes.Of(objective.Weighting.Tokens) == PolicyScope.None ? factors * objective.Weighting.Tokens.Of(batch) : factors;
        regulariserWeight = objective.Regulariser.SharesTokenWeights ? weights : factors;
        policyWeight = Scope == PolicyScope.Batch || objective.OffPolicy.Of(batch) is not { } correction ? weights : weights * correction;

        Evaluated = Trained;
        if (!PolicyScopes.IdleWithoutAdvantage(objective))
        {
            return;
        }

        // A completion's ratio is made of all its tokens: there only whole completions are idle.
        var moved = (policyWeight * batch.Advantages).ne(0).logical_and(Trained);
        if (Scope == PolicyScope.Batch)
        {
            var completions = batch.Layout.SumBySequence(moved.to(MathType)).ne(0);
            moved = batch.Layout.Spread(completions).logical_and(Trained);
        }

        Evaluated = PolicyScopes.ReadsEntropy(objective) ? Trained : moved;
    }

    internal PolicyScope Scope { get; }

    internal ScalarType MathType => batch.Layout.MathType;

    /// <summary>Log-probabilities for tokens that are not evaluated: the old ones, or any.</summary>
    internal Tensor Placeholder { get; }

    /// <summary>Tokens that take part, pruned completions left out.</summary>
    internal Tensor Trained { get; }

    /// <summary>Tokens that can add to loss and gradient.</summary>
    internal Tensor Evaluated { get; }

    /// <summary>What the numerator's gradient is multiplied with to be the loss's, 0-dim.</summary>
    internal Tensor Scale { get; }

    internal static ObjectiveByChunks Prepare(GroupObjective objective, FusedInputs inputs, ScalarType mathType, Window window)
    {
        using var grad = no_grad();
        var like = zeros(inputs.Targets.shape, mathType, inputs.Targets.device);
        var placeholder = inputs.OldLogProbs is { IsInvalid: false } old && Require.IsFloating(old.dtype) && old.shape.AsSpan().SequenceEqual(like.shape)
            ? old.detach().to(mathType).nan_to_num(0, 0, 0).masked_fill(inputs.Mask.logical_not(), 0)
            : like;
        var batch = objective.Prepare(inputs.With(placeholder));
        window.Check(batch.LogProbs, batch.ChecksValues);

        // What the objective needs and does not get is said before anything is multiplied.
        if (!PolicyScopes.ReadsEntropy(objective))
        {
            objective.Compute(inputs.With(placeholder), window, metrics: false).Dispose();
        }

        return new ObjectiveByChunks(objective, inputs, batch, placeholder, window);
    }

    /// <summary>The objective at the rows that are evaluated.</summary>
    internal OfRows Of(HeadRows rows) => new(this, rows);

    /// <summary>The parts of the objective that one pass asks for, chunk by chunk.</summary>
    internal sealed class OfRows
    {
        private readonly ObjectiveByChunks parent;
        private readonly Tensor policyWeight;
        private readonly Tensor regulariserWeight;
        private readonly Tensor? advantages;
        private readonly Tensor? old;
        private readonly Tensor? reference;
        private readonly Tensor? behaviour;
        private readonly Tensor? offPolicy;

        internal OfRows(ObjectiveByChunks parent, HeadRows rows)
        {
            using var grad = no_grad();
            this.parent = parent;
            var batch = parent.batch;
            var one = ones_like(batch.LogProbs);
            policyWeight = rows.Pick(parent.policyWeight);
            regulariserWeight = rows.Pick(parent.regulariserWeight);
            advantages = parent.inputs.Advantages is null ? null : rows.Pick(batch.Advantages * one);
            old = Pick(parent.inputs.OldLogProbs);
            reference = Pick(parent.inputs.ReferenceLogProbs);
            behaviour = Pick(parent.inputs.BehaviourLogProbs);
            offPolicy = parent.inputs.OffPolicy is null ? null : rows.Pick(batch.Layout.Spread(batch.OffPolicy).logical_and(batch.Layout.Mask));

            Tensor? Pick(Tensor? perToken) => perToken is null ? null : rows.Pick(perToken.detach());
        }

        /// <summary>d numerator / d log-probability, <c>[n]</c>: every row is a completion of one token, with the weights of its own batch.</summary>
        internal Tensor Gradient(long start, Tensor logProbs)
        {
            using var scope = NewDisposeScope();
            using var enabled = enable_grad();
            var count = logProbs.shape[0];
            var leaf = logProbs.detach().unsqueeze(1).requires_grad_();
            var batch = TokenBatch.From(new LossInputs
            {
                LogProbs = leaf,
                Mask = ones([count, 1], ScalarType.Bool, leaf.device),
                OldLogProbs = Part(old)?.unsqueeze(1),
                ReferenceLogProbs = Part(reference)?.unsqueeze(1),
                BehaviourLogProbs = Part(behaviour)?.unsqueeze(1),
                Advantages = Part(advantages),
                OffPolicy = Part(offPolicy),
                Validate = false,
            });
            var objective = parent.objective;
            var byPolicy = parent.weighsByPolicy ? objective.Weighting.Tokens.Of(batch).detach() : null;
            var numerator = (objective.Surrogate.Evaluate(batch).Loss * Weight(policyWeight, byPolicy)).sum();
            if (objective.Regulariser.Evaluate(batch) is { } penalty)
            {
                numerator += (penalty * Weight(regulariserWeight, objective.Regulariser.SharesTokenWeights ? byPolicy : null)).sum();
            }

            return numerator.requires_grad
                ? autograd.grad([numerator], [leaf])[0].squeeze(1).MoveToOuterDisposeScope()
                : zeros_like(logProbs).MoveToOuterDisposeScope();

            Tensor? Part(Tensor? perRow) => perRow?.narrow(0, start, count);

            Tensor Weight(Tensor perRow, Tensor? factor) => factor is null ? Part(perRow)!.unsqueeze(1) : Part(perRow)!.unsqueeze(1) * factor;
        }
    }
}
