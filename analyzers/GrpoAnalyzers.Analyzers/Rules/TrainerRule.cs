using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>A question to the model of a trainer. A rule sees the model alone: no syntax, no symbols.</summary>
internal abstract class TrainerRule
{
    public abstract DiagnosticDescriptor Descriptor { get; }

    public abstract IEnumerable<Finding> Find(TrainerModel model);
}
