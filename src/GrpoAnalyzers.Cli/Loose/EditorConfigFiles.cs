using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Cli.Loose;

/// <summary>The .editorconfig files above each source file: severities for the compilation, options for the analyzer.</summary>
internal sealed class EditorConfigFiles : SyntaxTreeOptionsProvider
{
    private readonly AnalyzerConfigSet _set;

    private EditorConfigFiles(AnalyzerConfigSet set)
    {
        _set = set;
        Options = new Provider(set);
    }

    public AnalyzerConfigOptionsProvider Options { get; }

    /// <param name="trees">The source files.</param>
    /// <param name="global">The text of a global configuration that holds for all of them; null for none.</param>
    public static EditorConfigFiles For(IEnumerable<SyntaxTree> trees, string? global)
    {
        var configs = Above(trees.Select(tree => tree.FilePath)).Select(path => AnalyzerConfig.Parse(File.ReadAllText(path), path)).ToList();
        if (global is not null)
        {
            configs.Add(AnalyzerConfig.Parse(global, Path.GetFullPath("grpo.globalconfig")));
        }

        return new EditorConfigFiles(AnalyzerConfigSet.Create(configs));
    }

    /// <summary>The .editorconfig files in the folders of files and above them.</summary>
    public static IReadOnlyList<string> Above(IEnumerable<string> paths)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths.Where(Path.IsPathRooted))
        {
            for (var folder = Path.GetDirectoryName(path); folder is not null && folders.Add(folder); folder = Path.GetDirectoryName(folder))
            {
            }
        }

        return [.. folders.Order(StringComparer.Ordinal).Select(folder => Path.Combine(folder, ".editorconfig")).Where(File.Exists)];
    }

    public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

    public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
        _set.GetOptionsForSourcePath(tree.FilePath).TreeOptions.TryGetValue(diagnosticId, out severity);

    public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
        _set.GlobalConfigOptions.TreeOptions.TryGetValue(diagnosticId, out severity);

    private sealed class Provider(AnalyzerConfigSet set) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Values(set.GlobalConfigOptions.AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values(set.GetOptionsForSourcePath(tree.FilePath).AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
