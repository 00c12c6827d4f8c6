using static GrpoAnalyzers.Runtime.Tests.GoldenSeeds;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The entries of golden-seeds.json for losses on pairs and single answers.</summary>
public class GoldenPreferenceTests
{
    public static TheoryData<string> Preferences => [.. PreferenceLosses.Keys];

    private static readonly Dictionary<string, PreferenceLoss> PreferenceLosses = new()
    {
        ["dpo"] = new DpoLoss(),
        ["cdpo_eps0.1"] = new DpoLoss { LabelSmoothing = 0.1 },
        ["rdpo_eps0.1"] = new RobustDpoLoss(0.1),
        ["ipo_sum"] = new IpoLoss(),
        ["ipo_length_mean"] = new IpoLoss { LengthNormalised = true },
        ["hinge_beta0.1"] = new HingeLoss(),
        ["slic_delta1_lambda1_nll_sum"] = new SlicLoss(),
        ["simpo_beta2_gamma0.5"] = new SimPoLoss(),
        ["cpo_beta0.1_lambda1_nll_mean"] = new CpoLoss(),
        ["orpo_beta0.1_nll_mean"] = new OrpoLoss(),
    };

    [Theory]
    [MemberData(nameof(Preferences))]
    public void Preference_losses(string name)
    {
        using var scope = NewDisposeScope();
        var given = Golden("dpo_family", "inputs");
        Tensor One(string field) => tensor(new[] { given.GetProperty(field).GetDouble() });
        foreach (var (type, tolerance) in new[] { (ScalarType.Float64, 1e-6), (ScalarType.Float32, 1e-4) })
        {
            var (chosen, rejected) = (One("logp_w").to(type).requires_grad_(), One("logp_l").to(type).requires_grad_());
            var result = PreferenceLosses[name].Compute(new PreferenceInputs
            {
                Chosen = chosen,
                Rejected = rejected,
                ReferenceChosen = One("ref_w").to(type),
                ReferenceRejected = One("ref_l").to(type),
                ChosenLengths = One("len_w").to(ScalarType.Int64),
                RejectedLengths = One("len_l").to(ScalarType.Int64),
            });
            result.Loss.backward();
            Same("dpo_family/values/" + name, Golden("dpo_family", "values", name).GetDouble(), result.Loss.to(ScalarType.Float64).ToDouble(), tolerance);
            var gradient = Golden("dpo_family", "d_loss_d_logp_w_l", name).Numbers();
            Close.To(gradient[0], chosen.grad!, tolerance, name);
            Close.To(gradient[1], rejected.grad!, tolerance, name);
            GoldenReport.Reproduced("seeds/dpo_family/d_loss_d_logp_w_l/" + name);
        }
    }

    [Fact]
    public void Kto_and_tdpo()
    {
        using var scope = NewDisposeScope();
        var golden = Golden("dpo_family", "kto");
        var ratios = golden.GetProperty("logratio").Numbers();
        var z = tensor(new[] { golden.GetProperty("z_ref").GetDouble() });
        for (var i = 0; i < ratios.Length; i++)
        {
            var loss = new KtoLoss().Compute(tensor([ratios[i]]), zeros([1], ScalarType.Float64), tensor([golden.GetProperty("label")[i].GetInt32() != 0]), z);
            Same("dpo_family/kto/loss", golden.GetProperty("loss")[i].GetDouble(), loss.Loss.ToDouble());
        }

        var clamped = new KtoLoss().Compute(tensor([0.5]), zeros([1], ScalarType.Float64), tensor([true]), tensor([-3.0]));
        Same("dpo_family/kto/negative_z_clamped", golden.GetProperty("negative_z_clamped")[0].GetDouble(), clamped.Loss.ToDouble());

        var tdpo = Golden("dpo_family", "tdpo");
        Tensor One(string field) => tensor(new[] { tdpo.GetProperty(field).GetDouble() });
        var inputs = new PreferenceInputs
        {
            Chosen = One("margin_w"),
            Rejected = One("margin_l"),
            ReferenceChosen = zeros([1], ScalarType.Float64),
            ReferenceRejected = zeros([1], ScalarType.Float64),
            ChosenKl = One("seqkl_w").requires_grad_(),
            RejectedKl = One("seqkl_l"),
        };
        Same("dpo_family/tdpo/tdpo1", tdpo.GetProperty("tdpo1").GetDouble(), new TdpoLoss { DetachChosenKl = false }.Compute(inputs).Loss.ToDouble());
        var second = new TdpoLoss().Compute(inputs);
        Same("dpo_family/tdpo/tdpo2_alpha0p5", tdpo.GetProperty("tdpo2_alpha0p5").GetDouble(), second.Loss.ToDouble());
        Assert.False(second.Loss.requires_grad);
    }

    [Fact]
    public void Log_odds()
    {
        // by definition: the loss at Beta 1 less the loss at Beta 0 is -log sigmoid(log odds) = log(1 + exp(-log odds))
        using var scope = NewDisposeScope();
        var given = Golden("dpo_family", "inputs");
        Tensor One(string field) => tensor(new[] { given.GetProperty(field).GetDouble() });
        var (chosen, rejected) = (One("logp_w").requires_grad_(), One("logp_l").requires_grad_());
        var inputs = new PreferenceInputs { Chosen = chosen, Rejected = rejected, ChosenLengths = One("len_w"), RejectedLengths = One("len_l") };
        var difference = new OrpoLoss { Beta = 1 }.Compute(inputs).Loss - new OrpoLoss { Beta = 0 }.Compute(inputs).Loss;
        var odds = -(difference.exp() - 1).log();
        odds.backward();
        Same("dpo_family/values/orpo_log_odds", Golden("dpo_family", "values", "orpo_log_odds").GetDouble(), odds.ToDouble());
        var gradient = Golden("dpo_family", "d_loss_d_logp_w_l", "orpo_log_odds").Numbers();
        Same("dpo_family/d_loss_d_logp_w_l/orpo_log_odds", gradient, cat([chosen.grad!, rejected.grad!], 0));
    }
}
