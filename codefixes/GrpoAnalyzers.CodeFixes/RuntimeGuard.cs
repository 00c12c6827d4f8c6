using GrpoAnalyzers.CodeFixes.Guarding;
using GrpoAnalyzers.CodeFixes.KlCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO003: a <c>RatioGuard</c> of GrpoAnalyzers.Runtime, made before the update loop of a rollout and asked before each update.</summary>
internal static class RuntimeGuard
{
    public static bool TryEdit(Defect defect)
    {
        if (defect.Reported is not { } reported || RuntimeNames.At(reported, defect.Edits) is null)
        {
            return defect.Refuse("the project does not reference the library");
        }

        if (RepeatedUpdate.Of(reported, [defect.Surrogate]) is not { } update)
        {
            return defect.Refuse("the update has no one loss or no one way that leads to it");
        }

        var models = new Dictionary<SyntaxTree, SemanticModel>();
        var names = new Dictionary<SyntaxTree, RuntimeNames>();
        var edit = new GuardEdit(update, defect.Edits.At, ModelOf, NamesAt);
        return edit.TryMake() is not { } unproved || defect.Refuse(unproved);

        SemanticModel ModelOf(SyntaxNode node)
        {
            if (!models.TryGetValue(node.SyntaxTree, out var model))
            {
                models.Add(node.SyntaxTree, model = defect.Model(node));
            }

            return model;
        }

        string NamesAt(ExpressionSyntax place)
        {
            if (!names.TryGetValue(place.SyntaxTree, out var known))
            {
                names.Add(place.SyntaxTree, known = RuntimeNames.At(place, defect.Edits)!);
                known.Import();
            }

            return known["RatioGuard"];
        }
    }
}
