namespace TorchSharp.Modules;

/// <summary>The constants of a group of parameters.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }
}

/// <summary>What an optimiser remembers of one parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void Initialize(OptimizerOptions options);

    public abstract void LoadStateDict(OptimizerState source);

    internal abstract void DisposeTensors();

    /// <summary>A buffer like the parameter, that outlives the scope in which it is made.</summary>
    private protected torch.Tensor Buffer() => torch.zeros_like(_parameter).DetachFromDisposeScope();

    private protected static void Replace(ref torch.Tensor? target, torch.Tensor? source)
    {
        target?.Dispose();
        target = source?.clone().DetachFromDisposeScope();
    }
}

/// <summary>Parameters that share constants.</summary>
public class ParamGroup : torch.optim.ILearningRateController
{
    public ParamGroup()
    {
    }

    public IEnumerable<Parameter> Parameters { get; set; } = [];

    public OptimizerOptions Options { get; set; } = new();

    public double LearningRate
    {
        get => Options.LearningRate ?? 0;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

/// <summary>Parameters that share constants of one optimiser's kind.</summary>
public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions
{
    public ParamGroup()
    {
    }

    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        if (options is not null) base.Options = options;
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}

/// <summary>What the optimisers share: groups, state, saving.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    public OptimizerHelper()
    {
    }

    public override void zero_grad() => base.zero_grad();

    public override IEnumerable<Parameter> parameters() => base.parameters();

    public override void add_param_group(ParamGroup param_group)
    {
        param_group.Parameters = param_group.Parameters.ToList();
        param_group.InitialLearningRate = param_group.LearningRate;
        base.add_param_group(param_group);
        foreach (var parameter in param_group.Parameters)
        {
            var state = MakeState(parameter);
            state.Initialize(param_group.Options);
            states[parameter] = state;
        }
    }

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var indices = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                indices.Add(dictionary.State.Count);
                dictionary.State.Add(states[parameter]);
            }

            dictionary.StateIndexRef.Add(indices);
        }

        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        if (own.State.Count != state_dict.State.Count) throw new ArgumentException("The state is that of an optimizer of other parameters.", nameof(state_dict));
        using var _ = torch.no_grad();
        for (var i = 0; i < own.State.Count; i++)
        {
            if (!ReferenceEquals(own.State[i], state_dict.State[i])) own.State[i].LoadStateDict(state_dict.State[i]);
        }

        for (var i = 0; i < own.Options.Count; i++) own.Options[i].LearningRate = state_dict.Options[i].LearningRate;
    }

    private protected abstract OptimizerState MakeState(Parameter parameter);

    private protected OptimizerState StateOf(Parameter parameter) => states[parameter];

    /// <summary>Runs the closure with gradients, then the update of each parameter that has one without.</summary>
    private protected torch.Tensor? Step(Func<torch.Tensor>? closure, Action<ParamGroup, Parameter, torch.Tensor> update)
    {
        torch.Tensor? loss = null;
        if (closure is not null)
        {
            using var _ = torch.enable_grad();
            loss = closure();
        }

        using (torch.no_grad())
        {
            foreach (var group in _parameter_groups)
            {
                foreach (var parameter in group.Parameters)
                {
                    using var scope = torch.NewDisposeScope();
                    if (parameter.grad is { } gradient) update(group, parameter, gradient);
                }
            }
        }

        return loss;
    }

    private protected override void DisposeState()
    {
        foreach (var state in states.Values) state.DisposeTensors();
    }
}
