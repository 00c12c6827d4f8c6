using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A diagnostic that a test expects.</summary>
public readonly record struct DiagnosticResult
{
    public static readonly DiagnosticResult[] EmptyDiagnosticResults = [];

    private readonly ImmutableArray<DiagnosticLocation> _spans;
    private readonly string? _message;
    private readonly bool _anyMessage;

    public DiagnosticResult(string id, DiagnosticSeverity severity)
    {
        Id = id;
        Severity = severity;
    }

    public DiagnosticResult(DiagnosticDescriptor descriptor)
        : this(descriptor.Id, descriptor.DefaultSeverity) => MessageFormat = descriptor.MessageFormat;

    public string Id { get; }

    public DiagnosticSeverity Severity { get; private init; }

    public DiagnosticOptions Options { get; private init; }

    public LocalizableString? MessageFormat { get; private init; }

    public object?[]? MessageArguments { get; private init; }

    public ImmutableArray<DiagnosticLocation> Spans
    {
        get => _spans.IsDefault ? [] : _spans;
        private init => _spans = value;
    }

    public bool HasLocation => !Spans.IsEmpty;

    /// <summary>The whole message, or null where only the arguments or nothing of it is compared.</summary>
    public string? Message
    {
        get
        {
            if (_anyMessage || _message is not null)
            {
                return _message;
            }

            if (MessageFormat is null)
            {
                return null;
            }

            var format = MessageFormat.ToString(CultureInfo.CurrentCulture);
            // As Roslyn does it: a format without arguments is the message itself.
            return MessageArguments is { Length: > 0 } arguments ? string.Format(CultureInfo.CurrentCulture, format, arguments) : format;
        }
    }

    public static DiagnosticResult CompilerError(string identifier) => new(identifier, DiagnosticSeverity.Error);

    public static DiagnosticResult CompilerWarning(string identifier) => new(identifier, DiagnosticSeverity.Warning);

    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => this with { Severity = severity };

    public DiagnosticResult WithArguments(params object[] arguments) => this with { MessageArguments = arguments };

    public DiagnosticResult WithMessageFormat(LocalizableString messageFormat) => this with { MessageFormat = messageFormat };

    public DiagnosticResult WithMessage(string? message) => new(this, message);

    public DiagnosticResult WithOptions(DiagnosticOptions options) => this with { Options = options };

    public DiagnosticResult WithNoLocation() => this with { Spans = [] };

    public DiagnosticResult WithLocation(int line, int column) => WithLocation("", line, column);

    public DiagnosticResult WithLocation(LinePosition location) => WithLocation("", location);

    public DiagnosticResult WithLocation(string path, int line, int column) => WithLocation(path, new LinePosition(line - 1, column - 1));

    public DiagnosticResult WithLocation(string path, LinePosition location) =>
        Append(new FileLinePositionSpan(path, location, location), DiagnosticLocationOptions.IgnoreLength);

    public DiagnosticResult WithLocation(int markupKey) => WithLocation(markupKey, DiagnosticLocationOptions.None);

    public DiagnosticResult WithLocation(int markupKey, DiagnosticLocationOptions options) =>
        Append(new FileLinePositionSpan("", new LinePosition(0, markupKey), new LinePosition(0, markupKey)), options | DiagnosticLocationOptions.InterpretAsMarkupKey);

    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn) => WithSpan("", startLine, startColumn, endLine, endColumn);

    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn) =>
        WithSpan(new FileLinePositionSpan(path, new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1)));

    public DiagnosticResult WithSpan(FileLinePositionSpan span) => Append(span, DiagnosticLocationOptions.None);

    public DiagnosticResult WithDefaultPath(string path) => this with
    {
        Spans = [.. Spans.Select(location => location.Span.Path is "" ? new DiagnosticLocation(new FileLinePositionSpan(path, location.Span.Span), location.Options) : location)],
    };

    public DiagnosticResult WithLineOffset(int offset) => this with { Spans = [.. Spans.Select(location => Moved(location, offset))] };

    public override string ToString() =>
        $"{(HasLocation ? string.Join(", ", Spans.Select(location => location.Span)) + ": " : "")}{Severity} {Id}{(Message is { } message ? ": " + message : "")}";

    internal DiagnosticResult WithMarkupLocations(IReadOnlyDictionary<string, FileLinePositionSpan> keys) => this with
    {
        Spans = [.. Spans.Select(location => location.Options.HasFlag(DiagnosticLocationOptions.InterpretAsMarkupKey) ? Resolved(location, keys) : location)],
    };

    private DiagnosticResult(DiagnosticResult other, string? message)
    {
        this = other;
        _message = message;
        _anyMessage = message is null;
    }

    private static DiagnosticLocation Resolved(DiagnosticLocation location, IReadOnlyDictionary<string, FileLinePositionSpan> keys)
    {
        var key = "#" + location.Span.StartLinePosition.Character.ToString(CultureInfo.InvariantCulture);
        return keys.TryGetValue(key, out var span)
            ? new DiagnosticLocation(span, location.Options & ~DiagnosticLocationOptions.InterpretAsMarkupKey)
            : throw new InvalidOperationException($"The markup location '{key}' was not found in the input.");
    }

    private static DiagnosticLocation Moved(DiagnosticLocation location, int offset)
    {
        var (start, end) = (location.Span.StartLinePosition, location.Span.EndLinePosition);
        return new DiagnosticLocation(
            new FileLinePositionSpan(location.Span.Path, new LinePosition(start.Line + offset, start.Character), new LinePosition(end.Line + offset, end.Character)),
            location.Options);
    }

    private DiagnosticResult Append(FileLinePositionSpan span, DiagnosticLocationOptions options) =>
        this with { Spans = Spans.Add(new DiagnosticLocation(span, options)) };
}
