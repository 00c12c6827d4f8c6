using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A term of a loss that pushes the policy by advantages, with what the rules ask about it.</summary>
internal sealed class Surrogate
{
    private readonly TrainerReading reading;
    private readonly TrainerOptions options;

    public Surrogate(TrainerReading reading, LossRoot root, LossTerm term, IReadOnlyList<LossTerm> terms, TrainerOptions options)
    {
        this.reading = reading;
        this.options = options;
        Root = root;
        Term = term;
        Terms = terms;
    }

    /// <summary>The reading in which the loss was found.</summary>
    public TrainerReading Reading => reading;

    public LossRoot Root { get; }

    public LossTerm Term { get; }

    /// <summary>All terms of the loss.</summary>
    public IReadOnlyList<LossTerm> Terms { get; }

    /// <summary>The operation that divides each completion's tokens by their own number; null when there is none.</summary>
    public Node? LengthNormalisation => CompletionLength.Normalisation(Term, Root.Backward?.Loop);

    /// <summary>The division of the advantages by their spread; null when there is none.</summary>
    public AdvantageScaling? AdvantageScaling => AdvantageScaling.Find(Term, HasCritic, HasTokens);

    /// <summary>The policy's probabilities are those of tokens in completions.</summary>
    public bool HasTokens => Term.HasTokenAxis || LengthNormalisation is not null;

    /// <summary>A value estimate is trained beside the policy: control, not groups of completions.</summary>
    public bool HasCritic => reading.Roots.Any(root => root.Terms.Any(term => term.Form == PolicyForm.Supervised)) || HasValueBesidePolicy;

    /// <summary>Something that a model of which nothing is known gives beside the log-probabilities is drawn to a target.</summary>
    private bool HasValueBesidePolicy
    {
        get
        {
            if (Term.Ratio is not { } ratio || PolicyPatterns.Sides(ratio) is not { } sides)
            {
                return false;
            }

            var current = Shape.Base(sides.New);
            return current is { Op: Op.Input, Inputs.Length: 1 } && current[0].Op == Op.Opaque
                && Shape.Contains(
                    Root.Loss,
                    node => node is { Op: Op.Pow } && Constants.IsNumber(node[1], 2) && Shape.Base(node[0]) is { Op: Op.Sub } difference && difference.Inputs.Any(IsBeside),
                    node => ReferenceEquals(node, Term.Policy) || node.Op is Op.Detach or Op.Item);

            bool IsBeside(Node side) =>
                Shape.Base(side) is { Op: Op.Input, Inputs.Length: 1 } value && value[0].Number == current[0].Number && value.Number != current.Number;
        }
    }

    /// <summary>The updates that use the loss's gradient.</summary>
    public IReadOnlyList<Event> Steps => reading.StepsAfter(Root);

    /// <summary>The optimisers that step on the loss's gradient, as far as their construction was seen.</summary>
    public IReadOnlyList<OptimizerFacts> Optimizers
    {
        get
        {
            var steps = reading.StepsAfter(Root);
            var found = new List<OptimizerFacts>();
            foreach (var step in steps)
            {
                found.AddRange(OptimizerFacts.Of(step.Subject, options));
            }

            return found;
        }
    }

    /// <summary>An optimiser of the Adam family steps on the loss; the first that is known.</summary>
    public OptimizerFacts? AdamFamily
    {
        get
        {
            var optimizers = Optimizers;
            foreach (var optimizer in optimizers)
            {
                if (optimizer.IsAdamFamily)
                {
                    return optimizer;
                }
            }

            return optimizers.Count == 0 && options.AssumeAdam ? new OptimizerFacts("Adam", 0.9, 0.999, 1e-8) { IsAdamFamily = true } : null;
        }
    }

    /// <summary>The update loops on the same rows in which nothing keeps the policy near the old one.</summary>
    public IReadOnlyList<UpdateLoop> UnguardedLoops
    {
        get
        {
            if (Root.Backward is not { } backward || Term.Form != PolicyForm.ClippedPair && Term.Form != PolicyForm.ClippedRatio)
            {
                return [];
            }

            return [.. UpdateLoop.Find(Term, backward, reading.StepsAfter(Root), reading.Events, options)
                .Where(update => !Guard.Protects(update, Term, Terms, Root.Loss, reading.Events, options))];
        }
    }
}
