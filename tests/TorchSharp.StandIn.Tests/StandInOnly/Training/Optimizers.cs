using GrpoAnalyzers.StandIns.Tests.Completeness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Training;

/// <summary>The optimisers that are compared: python's call, the same in C#, and the names of the tensors in their state.</summary>
[ComparesWithPython]
internal static class Optimizers
{
    private static readonly string[] Moments = ["exp_avg", "exp_avg_sq"];

    private static readonly string[] MomentsAndMaximum = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    public static IReadOnlyDictionary<string, (Func<Parameter[], OptimizerHelper> Create, string[] State)> All { get; } =
        new Dictionary<string, (Func<Parameter[], OptimizerHelper>, string[])>
        {
            ["AdamW(p, lr=0.01, weight_decay=0.0)"] = (p => optim.AdamW(p, 0.01), Moments),
            ["AdamW(p, lr=0.01, weight_decay=0.1)"] = (p => optim.AdamW(p, 0.01, weight_decay: 0.1), Moments),
            ["AdamW(p, lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, amsgrad=True)"] =
                (p => optim.AdamW(p, 0.01, 0.8, 0.95, 1e-3, 0.1, true), MomentsAndMaximum),
            ["AdamW(p, lr=0.01, weight_decay=0.1, maximize=True)"] = (p => optim.AdamW(p, 0.01, weight_decay: 0.1, maximize: true), Moments),
            ["AdamW(p, lr=0.001, weight_decay=0.0)"] = (p => optim.AdamW(p), Moments),
            ["Adam(p, lr=0.01)"] = (p => optim.Adam(p, 0.01), Moments),
            ["Adam(p)"] = (p => optim.Adam(p), Moments),
            ["Adam(p, lr=0.01, weight_decay=0.1)"] = (p => optim.Adam(p, 0.01, weight_decay: 0.1), Moments),
            ["Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-3, amsgrad=True)"] = (p => optim.Adam(p, 0.01, 0.8, 0.95, 1e-3, amsgrad: true), MomentsAndMaximum),
            ["Adam(p, lr=0.01, weight_decay=0.1, maximize=True)"] = (p => optim.Adam(p, 0.01, weight_decay: 0.1, maximize: true), Moments),
            ["SGD(p, lr=0.1)"] = (p => optim.SGD(p, 0.1), []),
            ["SGD(p, lr=0.1, momentum=0.9)"] = (p => optim.SGD(p, 0.1, 0.9), ["momentum_buffer"]),
            ["SGD(p, lr=0.1, momentum=0.9, dampening=0.3)"] = (p => optim.SGD(p, 0.1, 0.9, 0.3), ["momentum_buffer"]),
            ["SGD(p, lr=0.1, momentum=0.9, nesterov=True)"] = (p => optim.SGD(p, 0.1, 0.9, nesterov: true), ["momentum_buffer"]),
            ["SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05)"] = (p => optim.SGD(p, 0.1, 0.9, weight_decay: 0.05), ["momentum_buffer"]),
            ["SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.05, maximize=True)"] =
                (p => optim.SGD(p, 0.05, 0.9, 0, 0.05, true, true), ["momentum_buffer"]),
            ["RMSprop(p)"] = (p => optim.RMSProp(p), ["square_avg"]),
            ["RMSprop(p, lr=0.01, alpha=0.9, eps=1e-3, weight_decay=0.1, momentum=0.5)"] =
                (p => optim.RMSProp(p, 0.01, 0.9, 1e-3, 0.1, 0.5), ["square_avg", "momentum_buffer"]),
            ["RMSprop(p, lr=0.01, centered=True, momentum=0.5)"] = (p => optim.RMSProp(p, 0.01, centered: true, momentum: 0.5), ["square_avg", "grad_avg", "momentum_buffer"]),
            ["Adagrad(p)"] = (p => optim.Adagrad(p), ["sum"]),
            ["Adagrad(p, lr=0.1, lr_decay=0.01, weight_decay=0.1, initial_accumulator_value=0.2, eps=1e-3)"] =
                (p => optim.Adagrad(p, 0.1, 0.01, 0.1, 0.2, 1e-3), ["sum"]),
            ["Adamax(p)"] = (p => optim.Adamax(p), ["exp_avg", "exp_inf"]),
            ["Adamax(p, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1)"] = (p => optim.Adamax(p, 0.01, 0.8, 0.95, weight_decay: 0.1), ["exp_avg", "exp_inf"]),
            ["NAdam(p)"] = (p => optim.NAdam(p), Moments),
            ["NAdam(p, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1, momentum_decay=0.01)"] =
                (p => optim.NAdam(p, 0.01, 0.8, 0.95, weight_decay: 0.1, momentum_decay: 0.01), Moments),
            ["RAdam(p, lr=0.002)"] = (p => optim.RAdam(p), Moments),
            ["RAdam(p, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1)"] = (p => optim.RAdam(p, 0.01, 0.8, 0.95, weight_decay: 0.1), Moments),
        };
}
