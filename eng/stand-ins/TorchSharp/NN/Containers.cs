using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Modules;

/// <summary>Modules one after another.</summary>
public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly List<(string Name, torch.nn.Module<torch.Tensor, torch.Tensor> Module)> chain = [];

    protected internal Sequential(params (string name, torch.nn.Module<torch.Tensor, torch.Tensor> submodule)[] modules)
        : base(nameof(Sequential))
    {
        foreach (var (name, module) in modules) append(name, module);
    }

    protected internal Sequential(params torch.nn.Module<torch.Tensor, torch.Tensor>[] modules)
        : base(nameof(Sequential))
    {
        foreach (var module in modules) append(module);
    }

    public int Count => chain.Count;

    public torch.nn.IModule<torch.Tensor, torch.Tensor> this[int index] => chain[index].Module;

    public Sequential append(torch.nn.IModule<torch.Tensor, torch.Tensor> module) =>
        append(chain.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);

    public Sequential append(string name, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
    {
        var added = (torch.nn.Module<torch.Tensor, torch.Tensor>)module;
        chain.Add((name, added));
        register_module(name, added);
        return this;
    }

    public override torch.Tensor forward(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var value = tensor;
        foreach (var (_, module) in chain) value = module.call(value);
        return ReferenceEquals(value, tensor) ? value.alias().MoveToOuterDisposeScope() : value.MoveToOuterDisposeScope();
    }
}

/// <summary>A list of modules that registers each under its index.</summary>
public class ModuleList<T> : torch.nn.Module, IList<T>
    where T : torch.nn.Module
{
    private readonly List<T> list = [];

    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<>))
    {
        list.AddRange(modules);
        Register();
    }

    public int Count => list.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => list[index];
        set => Change(() => list[index] = value);
    }

    public void Add(T item) => Change(() => list.Add(item));

    public void Clear() => Change(list.Clear);

    public bool Contains(T item) => list.Contains(item);

    public void CopyTo(T[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => list.GetEnumerator();

    public int IndexOf(T item) => list.IndexOf(item);

    public void Insert(int index, T item) => Change(() => list.Insert(index, item));

    public bool Remove(T item)
    {
        var removed = list.Remove(item);
        Register();
        return removed;
    }

    public void RemoveAt(int index) => Change(() => list.RemoveAt(index));

    public void append(params T[] parameters) => extend(parameters);

    public void extend(IEnumerable<T> modules) => Change(() => list.AddRange(modules));

    private void Change(Action action)
    {
        action();
        Register();
    }

    private void Register()
    {
        ClearModules();
        for (var i = 0; i < list.Count; i++) register_module(i.ToString(System.Globalization.CultureInfo.InvariantCulture), list[i]);
    }
}

/// <summary>Modules by name.</summary>
public class ModuleDict<T> : torch.nn.Module, IEnumerable<(string, T)>
    where T : torch.nn.Module
{
    private readonly Dictionary<string, T> modulesByName = [];

    public ModuleDict()
        : base(nameof(ModuleDict<>))
    {
    }

    public int Count => modulesByName.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => modulesByName.Keys;

    public ICollection<T> Values => modulesByName.Values;

    public T this[string key]
    {
        get => modulesByName[key];
        set
        {
            modulesByName[key] = value;
            register_module(key, value);
        }
    }

    public void Add(string key, T value)
    {
        modulesByName.Add(key, value);
        register_module(key, value);
    }

    public void Add((string, T) item) => Add(item.Item1, item.Item2);

    public bool ContainsKey(string key) => modulesByName.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => modulesByName.TryGetValue(key, out value);

    public IEnumerator<(string, T)> GetEnumerator() => modulesByName.Select(entry => (entry.Key, entry.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public IEnumerable<string> keys() => modulesByName.Keys;

    public IEnumerable<T> values() => modulesByName.Values;
}
