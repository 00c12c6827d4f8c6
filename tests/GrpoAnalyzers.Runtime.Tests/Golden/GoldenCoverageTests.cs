using System.Reflection;
using System.Text.Json;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Every number of the golden files is reproduced by a test, or listed here with the reason why not.</summary>
public class GoldenCoverageTests
{
    /// <summary>What the cases are computed from.</summary>
    private static readonly string[] Inputs =
    [
        "grpo/fixture", "grpo/gpg_two_groups/rewards_group_2", "grpo/gpg_two_groups/lengths_group_2", "grpo/gpg_two_groups/B", "grpo/gpg_two_groups/M",
        "grpo/degenerate/zero_std_group/rewards", "grpo/degenerate/fp_residue_group/rewards", "grpo/degenerate/singleton_group/rewards",
        "grpo/degenerate/loo_std_blowup/rewards", "grpo/degenerate/nan_reward/rewards", "grpo/degenerate/overflow/new", "grpo/degenerate/overflow/old",
        "grpo/degenerate/overflow/A", "grpo/degenerate/overflow/eps",
        "seeds/rubric_arm/judge_reward/acc", "seeds/rubric_arm/judge_reward/fmt", "seeds/rubric_arm/judge_reward/fmt_weight",
        "seeds/rubric_arm/rubric_reward/pred", "seeds/rubric_arm/rubric_reward/label",
        "seeds/rubric_arm/pairwise_both_orders/prefers_sample_as_first", "seeds/rubric_arm/pairwise_both_orders/prefers_sample_as_second",
        "seeds/ha_dw/C", "seeds/ha_dw/lambda_scale", "seeds/ha_dw/hard/r", "seeds/ha_dw/easy/r", "seeds/ha_dw/anchor_seeded_window/history",
        "seeds/ha_dw/anchor_seeded_window/eta", "seeds/ha_dw/anchor_seeded_window/m", "seeds/ha_dw/anchor_seeded_window/y", "seeds/ha_dw/hard_update/h",
        "seeds/ha_dw/hard_update/y_prev", "seeds/ha_dw/hard_update/y",
        "seeds/gdpo/collapse_demo/group_a", "seeds/gdpo/collapse_demo/group_b", "seeds/gdpo/rewards_2groups_of_4", "seeds/gdpo/scale_sensitivity/rewards",
        "seeds/gdpo/cases/w11_eps1e-4/weights", "seeds/gdpo/cases/w11_eps1e-4/eps", "seeds/gdpo/cases/w11_eps1e-12/weights",
        "seeds/gdpo/cases/w11_eps1e-12/eps", "seeds/gdpo/cases/w1_half_eps1e-4/weights", "seeds/gdpo/cases/w1_half_eps1e-4/eps",
        "seeds/gac_inferred/w", "seeds/gac_inferred/s2", "seeds/gac_inferred/y", "seeds/gac_inferred/gaussian_kl_example/mu",
        "seeds/gac_inferred/gaussian_kl_example/logvar",
        "seeds/oblr_po_inferred_lr/pi", "seeds/oblr_po_inferred_lr/rewards", "seeds/oblr_po_inferred_lr/sample_baseline/w",
        "seeds/oblr_po_inferred_lr/sample_baseline/r", "seeds/oblr_po_inferred_lr/lr/grad_sq", "seeds/oblr_po_inferred_lr/lr/var",
        "seeds/oblr_po_inferred_lr/lr/L",
        "seeds/maskgrpo/sequence_form/lp_new", "seeds/maskgrpo/sequence_form/lp_old", "seeds/maskgrpo/sequence_form/lp_ref",
        "seeds/maskgrpo/sequence_form/mask", "seeds/maskgrpo/sequence_form/t", "seeds/maskgrpo/released_token_form/A",
        "seeds/maskgrpo/released_token_form/eps", "seeds/maskgrpo/released_token_form/beta",
        "seeds/disco/scores", "seeds/disco/rewards", "seeds/disco/penalty/beta", "seeds/disco/penalty/delta", "seeds/disco/penalty/kl",
        "seeds/sgpo/rts", "seeds/sgpo/mixed_group/correct",
        "seeds/dpo_family/inputs", "seeds/dpo_family/kto/logratio", "seeds/dpo_family/kto/label", "seeds/dpo_family/kto/z_ref",
        "seeds/dpo_family/tdpo/margin_w", "seeds/dpo_family/tdpo/margin_l", "seeds/dpo_family/tdpo/seqkl_w", "seeds/dpo_family/tdpo/seqkl_l",
        "seeds/owmmd_inferred/layer1", "seeds/owmmd_inferred/layer2", "seeds/owmmd_inferred/bandwidth_sq", "seeds/owmmd_inferred/weight_logits",
    ];

    /// <summary>What supports a claim about a method and is the output of no function: expectations over policies, means on the way to a result.</summary>
    private static readonly string[] Derivations =
    [
        "grpo/degenerate/zero_std_group/loss_policy", // 0 x anything: the loss of zero advantages
        "seeds/rubric_arm/p_correct_given_rubric", "seeds/rubric_arm/judge_phase_variance", "seeds/rubric_arm/cross_rubric_term",
        "seeds/rubric_arm/generator_phase_variance",
        "seeds/ha_dw/bias", "seeds/ha_dw/corollary1_prob_overestimate_by_G", "seeds/ha_dw/hard/diff", "seeds/ha_dw/easy/diff",
        "seeds/gac_inferred/post_mean", "seeds/gac_inferred/post_var", "seeds/gac_inferred/log_marginal", "seeds/gac_inferred/langevin_drift_step0p3_from_z0",
        "seeds/oblr_po_inferred_lr/score_sq_norm", "seeds/oblr_po_inferred_lr/b_mean", "seeds/oblr_po_inferred_lr/b_star",
        "seeds/oblr_po_inferred_lr/trace_var", "seeds/oblr_po_inferred_lr/true_grad", "seeds/oblr_po_inferred_lr/own_inclusive_mean_G3",
        "seeds/oblr_po_inferred_lr/loo_mean_G3", "seeds/oblr_po_inferred_lr/own_inclusive_weighted_G3", "seeds/oblr_po_inferred_lr/loo_weighted_G3",
        "seeds/oblr_po_inferred_lr/lr/snr", "seeds/oblr_po_inferred_lr/lr/bound_at_eta",
        "seeds/maskgrpo/fade_L5_ratio0p6/keep", "seeds/maskgrpo/fade_L5_ratio0p3_clamped/keep", // 1 - mask
        "seeds/maskgrpo/sequence_form/ell_new", "seeds/maskgrpo/sequence_form/ell_old", "seeds/maskgrpo/sequence_form/kl_k3",
        "seeds/sgpo/toy_dynamics", "seeds/dpo_family/margin", "seeds/owmmd_inferred/weights", "seeds/owmmd_inferred/total_with_lambda2_task0p7",
    ];

    /// <summary>What other code gets wrong.</summary>
    private static readonly string[] BugsOfOthers =
    [
        "grpo/cases/gtpo_repo", "grpo/gtpo/n_conflict_repo", // counts conflicts in unrotated places; gtpo_repo_fixed_count is reproduced
        "grpo/gradient_accumulation/dapo_wrong_extra_div_ga", "grpo/gradient_accumulation/sum_of_means_wrong",
    ];

    /// <summary>
    /// What is expressed differently here on purpose. DisCO's penalty: the paper writes Beta [KL - Delta]_+^2, its code has the gradient of half of
    /// that and a value (coefficient x KL) that is not the one its gradient belongs to. Ours is Beta / 2 [KL - Delta]_+^2, value and gradient: the
    /// tests compare it with half of value_paper, and with dpen_dkl_code exactly, which is half of dpen_dkl_paper.
    /// </summary>
    private static readonly string[] Otherwise =
    [
        "seeds/disco/penalty/value_paper", "seeds/disco/penalty/dpen_dkl_paper", "seeds/disco/penalty/surrogate_value_code", "seeds/disco/loss_tau1_code",
    ];

    [Fact]
    public void Every_golden_entry_is_reproduced_or_listed()
    {
        RunAll(typeof(GoldenLossTests), typeof(GoldenAdvantageTests), typeof(GoldenSeedTests), typeof(GoldenPreferenceTests));
        string[] reproduced = [.. GoldenReport.Entries];
        string[] listed = [.. Inputs, .. Derivations, .. BugsOfOthers, .. Otherwise];
        string[] values = [.. Leaves(GoldenFile.Grpo, "grpo"), .. Leaves(GoldenFile.Seeds, "seeds")];

        None("neither reproduced nor listed", values.Where(value => !reproduced.Concat(listed).Any(entry => Covers(entry, value))));
        None("in no golden file", reproduced.Concat(listed).Where(entry => !values.Any(value => Covers(entry, value))));
        None("listed and reproduced", listed.Where(entry => reproduced.Any(other => Covers(other, entry) || Covers(entry, other))));
        Assert.Equal(listed.Length, listed.Distinct().Count());
        Assert.InRange(Otherwise.Length, 0, 10);
        TestContext.Current.TestOutputHelper?.WriteLine($"{reproduced.Length} golden cases reproduced");
    }

    private static void None(string what, IEnumerable<string> entries)
    {
        string[] found = [.. entries];
        Assert.True(found.Length == 0, $"{what}: {string.Join(", ", found)}");
    }

    private static bool Covers(string entry, string value) => value == entry || value.StartsWith(entry + "/", StringComparison.Ordinal);

    /// <summary>Paths of numbers and of arrays; texts say what a value is and are none.</summary>
    private static IEnumerable<string> Leaves(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(p => p.Name != "_checks").SelectMany(p => Leaves(p.Value, path + "/" + p.Name)),
        JsonValueKind.String => [],
        _ => [path],
    };

    /// <summary>The golden tests once more: what they reproduce is known whichever of them the runner was asked for.</summary>
    private static void RunAll(params Type[] classes)
    {
        foreach (var type in classes)
        {
            foreach (var method in type.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null))
            {
                IEnumerable<object?[]> rows = method.GetCustomAttribute<MemberDataAttribute>() is { } member
                    ? ((IEnumerable<ITheoryDataRow>)type.GetProperty(member.MemberName)!.GetValue(null)!).Select(row => row.GetData())
                    : method.GetCustomAttributes<InlineDataAttribute>().Select(row => row.Data).DefaultIfEmpty([]);
                foreach (var row in rows)
                {
                    method.Invoke(Activator.CreateInstance(type), row);
                }
            }
        }
    }
}
