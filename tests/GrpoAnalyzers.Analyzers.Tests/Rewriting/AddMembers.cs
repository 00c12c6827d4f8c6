using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Gives the longest class of a program further members, such as trainers have: evaluation, statistics, schedules, sampling.</summary>
internal sealed class AddMembers : ProgramRewriter
{
    private const string Members = """
        private readonly global::System.Collections.Generic.List<float> recentScores = new();

        public float AverageOfRecent(int count)
        {
            if (recentScores.Count == 0)
                return 0f;
            var total = 0f;
            var used = global::System.Math.Min(count, recentScores.Count);
            for (var i = recentScores.Count - used; i < recentScores.Count; i++)
                total += recentScores[i];
            return total / used;
        }

        public void NoteScores(global::TorchSharp.torch.Tensor scores)
        {
            using var onHost = scores.to_type(global::TorchSharp.torch.ScalarType.Float32).cpu();
            foreach (var score in onHost.data<float>())
                recentScores.Add(score);
            while (recentScores.Count > 4096)
                recentScores.RemoveAt(0);
        }

        public double WarmedUpRate(int step, int warmup, int total, double peak)
        {
            if (step < warmup)
                return peak * (step + 1) / warmup;
            var progress = (double)(step - warmup) / global::System.Math.Max(1, total - warmup);
            return peak * 0.5 * (1 + global::System.Math.Cos(global::System.Math.PI * progress));
        }

        public long[] SampleGreedily(global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor> model, long[] prompt, int length, long stop)
        {
            using var scope = global::TorchSharp.torch.NewDisposeScope();
            using var frozen = global::TorchSharp.torch.no_grad();
            var tokens = new global::System.Collections.Generic.List<long>(prompt);
            for (var i = 0; i < length; i++)
            {
                var ids = global::TorchSharp.torch.tensor(tokens.ToArray()).unsqueeze(0);
                var logits = model.call(ids).select(1, -1);
                var next = logits.argmax(-1).item<long>();
                tokens.Add(next);
                if (next == stop)
                    break;
            }

            return tokens.ToArray();
        }

        public float PerplexityOf(global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor> model, global::System.Collections.Generic.IEnumerable<global::TorchSharp.torch.Tensor> batches)
        {
            using var frozen = global::TorchSharp.torch.no_grad();
            var sum = 0f;
            var batchCount = 0;
            foreach (var batch in batches)
            {
                var width = batch.size(1);
                var inputs = batch.narrow(1, 0, width - 1);
                var labels = batch.narrow(1, 1, width - 1);
                var predicted = model.call(inputs);
                sum += global::TorchSharp.torch.nn.functional.cross_entropy(predicted.flatten(0, 1), labels.flatten()).item<float>();
                batchCount++;
            }

            return batchCount == 0 ? float.NaN : global::System.MathF.Exp(sum / batchCount);
        }
        """;

    private static readonly IReadOnlyList<MemberDeclarationSyntax> Parsed =
        ((ClassDeclarationSyntax)((CompilationUnitSyntax)CSharpSyntaxTree.ParseText($"class C {{ {Members} }}").GetRoot()).Members[0]).Members;

    public override string Name => "add members";

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes)
    {
        var longest = root.DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Where(type => !type.Modifiers.Any(SyntaxKind.StaticKeyword) && !type.Modifiers.Any(SyntaxKind.PartialKeyword))
            .MaxBy(type => type.Span.Length);
        changes = longest is null ? 0 : 1;
        return longest is null ? root : root.ReplaceNode(longest, longest.WithMembers(SyntaxFactory.List(longest.Members.Concat(Parsed))));
    }
}
