using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A loss: what <c>backward()</c> is called on, or what a method without a caller returns.</summary>
internal sealed class LossRoot(Node loss, Event? backward, Site site)
{
    private IReadOnlyList<LossTerm>? terms;

    public Node Loss { get; } = loss;

    public Event? Backward { get; } = backward;

    public Site Site { get; } = site;

    public IReadOnlyList<LossTerm> Terms => terms ??= LossTerms.Of(Loss);
}
