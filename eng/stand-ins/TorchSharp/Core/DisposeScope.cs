namespace TorchSharp;

/// <summary>
/// Disposes what was created while it was the innermost scope of its thread, unless that was moved out or detached. Scopes may be handed
/// to other threads to move tensors into, so their contents are guarded by a lock.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private readonly object gate = new();
    private readonly HashSet<IDisposable> disposables = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScopeManager manager;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        this.manager = manager;
        OuterScope = outer;
    }

    public int DisposablesCount
    {
        get
        {
            lock (gate) return disposables.Count;
        }
    }

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            lock (gate) return [.. disposables];
        }
    }

    internal DisposeScope? OuterScope { get; }

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        MoveToOuter([disposable]);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        MoveToOuter([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        MoveToOuter([first, second, third]);
        return (first, second, third);
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        MoveToOther(scope, [disposable]);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        MoveToOther(scope, [first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        MoveToOther(scope, [first, second, third]);
        return (first, second, third);
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            if (!Remove(disposable)) continue;
            if (disposable is torch.Tensor tensor) tensor.OwningDisposeScope = scope;
            if (scope is null) manager.Counts.Detached();
            else scope.Add(disposable);
        }
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        Detach([disposable]);
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        Detach([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        Detach([first, second, third]);
        return (first, second, third);
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            if (!Remove(disposable)) continue;
            if (disposable is torch.Tensor tensor) tensor.OwningDisposeScope = null;
            manager.Counts.Detached();
        }
    }

    public void Attach(IDisposable disposable) => Attach([disposable]);

    public void Attach(params IDisposable[] disposables) => _ = Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var result = new List<IDisposable>();
        foreach (var disposable in disposables)
        {
            if (disposable is torch.Tensor tensor)
            {
                if (tensor.OwningDisposeScope is { } owner) _ = owner.Remove(tensor);
                tensor.OwningDisposeScope = this;
            }

            Add(disposable);
            manager.Counts.Attached();
            result.Add(disposable);
        }

        return result;
    }

    public void DisposeEverything() => DisposeEverythingBut([]);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        List<IDisposable> leaving = [];
        lock (gate)
        {
            foreach (var disposable in disposables)
            {
                if (!keep.Contains(disposable)) leaving.Add(disposable);
            }

            foreach (var disposable in leaving) _ = disposables.Remove(disposable);
        }

        foreach (var disposable in leaving)
        {
            if (disposable is torch.Tensor { IsInvalid: false }) manager.Counts.DisposedInScope();
            disposable.Dispose();
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    public void Dispose()
    {
        DisposeEverything();
        manager.Leave(this);
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        if (!Remove(disposable)) return;
        if (disposable is torch.Tensor tensor) tensor.OwningDisposeScope = null;
        manager.Counts.DisposedInScope();
    }

    public bool Contains(IDisposable disposable)
    {
        lock (gate) return disposables.Contains(disposable);
    }

    internal void Add(IDisposable disposable)
    {
        lock (gate) _ = disposables.Add(disposable);
    }

    private bool Remove(IDisposable disposable)
    {
        lock (gate) return disposables.Remove(disposable);
    }
}
