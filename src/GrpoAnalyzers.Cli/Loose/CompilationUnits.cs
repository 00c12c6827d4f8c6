namespace GrpoAnalyzers.Cli.Loose;

/// <summary>
/// Divides files into programs. Files that do not collide are one program; otherwise each file gets, from the nearest folders, the files
/// that it needs, and programs that can be one become one.
/// </summary>
internal static class CompilationUnits
{
    public static IReadOnlyList<IReadOnlyList<SourceFile>> Of(IReadOnlyList<SourceFile> files)
    {
        if (Fits([], files))
        {
            return files.Count == 0 ? [] : [files];
        }

        var offers = files.SelectMany(file => file.Offers.Select(name => (name, file))).ToLookup(o => o.name, o => o.file, StringComparer.Ordinal);
        var units = new List<HashSet<SourceFile>>();
        foreach (var unit in files.Select(file => Closure(file, files, offers)).OrderByDescending(unit => unit.Count))
        {
            // A superset is a whole answer; a union is one only if nothing in it collides and no name of one half has a second owner in the other.
            if (units.Any(known => known.IsSupersetOf(unit)))
            {
                continue;
            }

            if (units.Find(known => Fits([.. known], [.. unit.Except(known)])) is { } host)
            {
                host.UnionWith(unit);
            }
            else
            {
                units.Add(unit);
            }
        }

        return [.. units.Select(unit => (IReadOnlyList<SourceFile>)[.. unit.OrderBy(f => f.Path, StringComparer.Ordinal)])];
    }

    private static bool Fits(IReadOnlyList<SourceFile> known, IReadOnlyList<SourceFile> added)
    {
        var all = new List<SourceFile>(known);
        foreach (var file in added)
        {
            if (all.Any(file.CollidesWith))
            {
                return false;
            }

            all.Add(file);
        }

        return true;
    }

    private static HashSet<SourceFile> Closure(SourceFile root, IReadOnlyList<SourceFile> files, ILookup<string, SourceFile> offers)
    {
        var unit = new HashSet<SourceFile> { root };
        var open = new Queue<SourceFile>([root]);
        while (open.TryDequeue(out var file))
        {
            var needed = file.Mentions.Order(StringComparer.Ordinal)
                .Where(name => !unit.Any(member => member.Offers.Contains(name)) || file.PartialTypes.Count > 0)
                .SelectMany(name => offers[name].Where(offer => offer != file).OrderBy(offer => Distance(file, offer)).ThenBy(offer => offer.Path, StringComparer.Ordinal));
            var shared = files.Where(other => other.HasGlobalUsings && IsAbove(other, file)).OrderBy(other => Distance(file, other));
            foreach (var candidate in shared.Concat(needed).ToList())
            {
                if (!unit.Contains(candidate) && Fits([.. unit], [candidate]))
                {
                    unit.Add(candidate);
                    open.Enqueue(candidate);
                }
            }
        }

        return unit;
    }

    private static bool IsAbove(SourceFile upper, SourceFile lower) =>
        (Path.GetDirectoryName(lower.Path) + Path.DirectorySeparatorChar).StartsWith(Path.GetDirectoryName(upper.Path) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>How many folders lie between two files.</summary>
    private static int Distance(SourceFile from, SourceFile to) =>
        Path.GetRelativePath(Path.GetDirectoryName(from.Path)!, Path.GetDirectoryName(to.Path)!)
            .Split(Path.DirectorySeparatorChar).Count(step => step != ".");
}
