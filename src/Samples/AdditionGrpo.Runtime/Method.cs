using GrpoAnalyzers.Runtime;
using static TorchSharp.torch;

namespace AdditionGrpo;

/// <summary>A method of the runtime and what a trainer has to do for it.</summary>
/// <param name="Name">What follows <c>--loss</c>.</param>
/// <param name="Title">What its authors call it.</param>
/// <param name="Estimate">Advantages [batch] of rewards [batch], groups and lengths [batch]; null where the loss reads the rewards itself.</param>
/// <param name="Loss">The loss of a batch.</param>
internal sealed record Method(string Name, string Title, Func<Tensor, Groups, Tensor, Tensor>? Estimate, Func<LossInputs, LossResult> Loss)
{
    private const int UpdatesPerRollout = 4;

    /// <summary>Updates a rollout: one where the loss does not look at the policy that sampled and so cannot notice that it left it.</summary>
    public int Updates { get; private init; } = UpdatesPerRollout;

    /// <summary>Whether the loss pulls towards the policy as it was before the training.</summary>
    public bool ReadsReference { get; private init; }

    /// <summary>Whether the loss looks at the spread of the next-token distributions.</summary>
    public bool ReadsEntropy { get; private init; }

    /// <summary>When a completion of a group gives way to the right answer.</summary>
    public Demonstrate Demonstrations { get; private init; }

    /// <summary>All methods, in the order in which <c>--list</c> shows them.</summary>
    public static IReadOnlyList<Method> All { get; } =
    [
        Of(nameof(GroupObjective.GrpoR1), GroupObjective.GrpoR1),
        Of(nameof(GroupObjective.GrpoV32), GroupObjective.GrpoV32),
        Of(nameof(GroupObjective.Gspo), GroupObjective.Gspo),
        Of(nameof(GroupObjective.GspoToken), GroupObjective.GspoToken),
        Of(nameof(GroupObjective.Gtpo), GroupObjective.Gtpo) with { ReadsEntropy = true },
        Of(nameof(GroupObjective.GtpoAuthorsCode), GroupObjective.GtpoAuthorsCode) with { ReadsEntropy = true, Updates = 1 },
        Of(nameof(GroupObjective.Dapo), GroupObjective.Dapo),
        Of(nameof(GroupObjective.DapoPerGroup), GroupObjective.DapoPerGroup),
        Of(nameof(GroupObjective.Cppo), GroupObjective.Cppo),
        Of(nameof(GroupObjective.CppoPruned), GroupObjective.CppoPruned),
        Of(nameof(GroupObjective.DrGrpo), GroupObjective.DrGrpo),
        Of(nameof(GroupObjective.DrGrpoConstant), GroupObjective.DrGrpoConstant(Problem.MaxCompletionLength)),
        Of(nameof(GroupObjective.Gpg), GroupObjective.Gpg) with { Updates = 1 },
        Of(nameof(GroupObjective.Cispo), GroupObjective.Cispo),
        Of(nameof(GroupObjective.CispoMasked), GroupObjective.CispoMasked),
        Of(nameof(GroupObjective.Gcpo), GroupObjective.Gcpo) with { Demonstrations = Demonstrate.WhereAllFail },
        Of(nameof(GroupObjective.GcpoTimesLength), GroupObjective.GcpoTimesLength) with { Demonstrations = Demonstrate.WhereAllFail },
        Of(nameof(GroupObjective.PpoDualClip), GroupObjective.PpoDualClip),
        Of(nameof(GroupObjective.GrpoTwoSided), GroupObjective.GrpoTwoSided),
        Of(nameof(GroupObjective.Rloo), GroupObjective.Rloo),
        Of(nameof(GroupObjective.RlooToken), GroupObjective.RlooToken),
        Of(nameof(GroupObjective.RlooReinforce), GroupObjective.RlooReinforce) with { Updates = 1 },
        Of(nameof(GroupObjective.ReinforcePlusPlus), GroupObjective.ReinforcePlusPlus),
        Of(nameof(GroupObjective.ReinforcePlusPlusBaseline), GroupObjective.ReinforcePlusPlusBaseline),
        Of(nameof(GroupObjective.Opo), GroupObjective.Opo) with { Updates = 1 },
        Of(nameof(GroupObjective.Bnpo), GroupObjective.Bnpo),
        Of(nameof(GroupObjective.Luspo), GroupObjective.Luspo),
        Of(nameof(GroupObjective.Sapo), GroupObjective.Sapo),
        Of(nameof(GroupObjective.Gmpo), GroupObjective.Gmpo),
        Of(nameof(GroupObjective.Vespo), GroupObjective.Vespo),
        Of(nameof(GroupObjective.ClipCov), GroupObjective.ClipCov),
        Of(nameof(GroupObjective.KlCov), GroupObjective.KlCov),
        Of(nameof(GroupObjective.DppoTotalVariation), GroupObjective.DppoTotalVariation),
        Of(nameof(GroupObjective.DppoKullbackLeibler), GroupObjective.DppoKullbackLeibler),
        Of(nameof(GroupObjective.Dro), GroupObjective.Dro(coefficient: 0.1)),
        Of(nameof(GroupObjective.Luffy), GroupObjective.Luffy) with { Demonstrations = Demonstrate.InEveryGroup },
        new("KimiPmd", "Kimi PMD", Centred, inputs => new KimiPmdLoss(Temperature: 0.1).Compute(inputs)),
        new("LambdaGrpo", "lambda-GRPO", GroupObjective.Dapo.Advantages.Estimate, inputs => new LambdaGrpoLoss().Compute(inputs)),
        new("Disco", "DisCO", null, inputs => new DiscoLoss().Compute(inputs)),
    ];

    /// <summary>The method of that name, in capital letters or not; null: there is none.</summary>
    public static Method? Find(string name) => All.FirstOrDefault(method => method.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static Method Of(string name, GroupObjective objective) =>
        new(name, objective.Name, objective.Advantages.Estimate, inputs => objective.Compute(inputs)) { ReadsReference = objective.Regulariser is KlPenalty };

    private static Tensor Centred(Tensor rewards, Groups groups, Tensor lengths) => AdvantageEstimator.Centred.Estimate(rewards, groups);
}
