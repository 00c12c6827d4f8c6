namespace GrpoAnalyzers.Runtime.Tests;

public class PreferenceLossTests
{
    private static readonly Dictionary<string, PreferenceLoss> Losses = new PreferenceLoss[]
    {
        new DpoLoss { LabelSmoothing = 0.1 }, new DpoLoss { LengthNormalised = true }, new RobustDpoLoss(0.1), new IpoLoss(), new HingeLoss(), new SlicLoss(),
        new SimPoLoss(), new CpoLoss(), new OrpoLoss(), new TdpoLoss(), new TdpoLoss { DetachChosenKl = false }, new ApoLoss(),
        new ApoLoss(ApoAnchor.Down), new NcaLoss(), new AotLoss(), new AotLoss { Paired = false }, new DiscoPopLoss(), new ExoLoss(), new SppoLoss(), new BcoLoss(0.1, 0.2),
    }.ToDictionary(l => l.ToString());

    public static TheoryData<string> All => [.. Losses.Keys];

    private static PreferenceInputs Pairs(double[] chosen, double[] rejected, double[] kl, int[] rows)
    {
        double[] fixedPart = [-12.5, -30.2, -3.1, -8.8];
        return new PreferenceInputs
        {
            Chosen = tensor(rows.Select(i => chosen[i]).ToArray()).requires_grad_(),
            Rejected = tensor(rows.Select(i => rejected[i]).ToArray()).requires_grad_(),
            ReferenceChosen = tensor(rows.Select(i => fixedPart[i]).ToArray()),
            ReferenceRejected = tensor(rows.Select(i => fixedPart[3 - i] - 1).ToArray()),
            ChosenLengths = tensor(rows.Select(i => 5L + i).ToArray()),
            RejectedLengths = tensor(rows.Select(i => 9L - i).ToArray()),
            ChosenKl = tensor(rows.Select(i => kl[i]).ToArray()).requires_grad_(),
            RejectedKl = tensor(rows.Select(i => kl[3 - i]).ToArray()),
        };
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_gradient_is_that_of_the_loss_and_pairs_may_come_in_any_order_and_in_parts(string name)
    {
        using var scope = NewDisposeScope();
        var loss = Losses[name];
        double[] chosen = [-12, -31, -2.5, -9.3], rejected = [-9, -5, -29, -14], kl = [0.2, 0.5, 0.1, 0.9];
        int[] all = [0, 1, 2, 3];
        const double h = 1e-5;
        var recording = StopGradient.Record();
        var inputs = Pairs(chosen, rejected, kl, all);
        var whole = loss.Compute(inputs);
        whole.Loss.backward();
        for (var i = 0; i < 4; i++)
        {
            foreach (var (values, gradient) in new[] { (chosen, inputs.Chosen.grad!), (rejected, inputs.Rejected.grad!) })
            {
                double At(double step)
                {
                    recording.Rewind();
                    values[i] += step;
                    var value = loss.Compute(Pairs(chosen, rejected, kl, all)).Loss.ToDouble();
                    values[i] -= step;
                    return value;
                }

                Close.To((At(h) - At(-h)) / (2 * h), gradient[i], 1e-6, $"{name} {i}");
            }
        }

        recording.Dispose();
        Close.To(whole.Loss.ToDouble(), loss.Compute(Pairs(chosen, rejected, kl, [2, 0, 3, 1])).Loss, 1e-10, name + " permuted");
        if (loss is AotLoss)
        {
            return;
        }

        var total = tensor(4.0);
        var sum = new int[][] { [0, 1], [2, 3] }.Sum(rows => loss.Compute(Pairs(chosen, rejected, kl, rows), total).Loss.ToDouble());
        Close.To(whole.Loss.ToDouble(), sum, 1e-10, name + " in parts");
    }

    [Fact]
    public void Values_by_hand()
    {
        using var scope = NewDisposeScope();
        static double ln(double x) => Math.Log(x);
        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        double a = 0.1 * 0.5, b = 0.1 * -0.8, m = 0.1 * 1.3;
        var inputs = new PreferenceInputs
        {
            Chosen = tensor([-12.0]),
            Rejected = tensor([-15.0]),
            ReferenceChosen = tensor([-12.5]),
            ReferenceRejected = tensor([-14.2]),
        };
        var share = Sigmoid(m / 0.05);
        foreach (var (loss, wanted) in new (PreferenceLoss, double)[]
        {
            (new NcaLoss(), -ln(Sigmoid(a)) - 0.5 * ln(Sigmoid(-a)) - 0.5 * ln(Sigmoid(-b))),
            (new BcoLoss(), -ln(Sigmoid(a)) - ln(Sigmoid(-b))),
            (new BcoLoss(0.1, 0.3), -ln(Sigmoid(a - 0.3)) - ln(Sigmoid(0.3 - b))),
            (new ApoLoss(), 1 - Sigmoid(a) + Sigmoid(b)),
            (new ApoLoss(ApoAnchor.Down), Sigmoid(a) + 1 - Sigmoid(m)),
            (new AotLoss(), -ln(Sigmoid(m))),
            (new DiscoPopLoss(), -ln(Sigmoid(m)) * (1 - share) + Math.Exp(-m) * share),
            (new ExoLoss(0.1, 0.01), Sigmoid(m) * (ln(Sigmoid(m)) - ln(0.99)) + Sigmoid(-m) * (ln(Sigmoid(-m)) - ln(0.01))),
            (new SppoLoss(), (0.5 - 5) * (0.5 - 5) + (-0.8 + 5) * (-0.8 + 5)),
        })
        {
            Close.To(wanted, loss.Compute(inputs).Loss, 1e-10, loss.ToString());
        }

        var metrics = new DpoLoss().Compute(inputs).Metrics;
        Close.To(1.3, metrics.Margin!, 1e-10, "margin");
        Close.To(1, metrics.Accuracy!, 0, "accuracy");
    }
}
