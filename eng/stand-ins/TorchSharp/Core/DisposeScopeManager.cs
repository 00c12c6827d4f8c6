namespace TorchSharp;

/// <summary>The stack of dispose scopes of one thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? threadInstance;

    public static ThreadDisposeScopeStatistics Statistics => ThreadInstance.Counts;

    internal static DisposeScopeManager ThreadInstance => threadInstance ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics Counts { get; } = new();

    internal DisposeScope? Current { get; private set; }

    internal static DisposeScope NewDisposeScope()
    {
        var manager = ThreadInstance;
        return manager.Current = new DisposeScope(manager, manager.Current);
    }

    /// <summary>Puts a new tensor into the innermost scope of this thread, which is returned.</summary>
    internal static DisposeScope? Register(torch.Tensor tensor)
    {
        var manager = ThreadInstance;
        var scope = manager.Current;
        manager.Counts.Created(scope is not null);
        scope?.Add(tensor);
        return scope;
    }

    // Usually the innermost scope; one that is disposed out of order takes the scopes inside it off the stack, as their time is over too.
    internal void Leave(DisposeScope scope)
    {
        for (var open = Current; open is not null; open = open.OuterScope)
        {
            if (!ReferenceEquals(open, scope)) continue;
            Current = scope.OuterScope;
            return;
        }
    }
}
