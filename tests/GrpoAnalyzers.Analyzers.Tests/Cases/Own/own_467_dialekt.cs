// case: own.467
// expect: GRPO003
// shape: C++ style, German, do/while inner loop, centred arrays, fixed token budget
using System;
using TorchSharp;

class DialektTrainer
{
    static torch.nn.Module<torch.Tensor, torch.Tensor> g_netz = null!;
    static torch.optim.Optimizer g_opt = null!;
    static double g_summe = 0.0;

    const int TOKEN_BUDGET = 4096;

    static torch.Tensor Logp(torch.Tensor ids)
    {
        long n = ids.shape[1] - 1;
        var x = g_netz.call(ids.narrow(1, 0, n));
        return x.log_softmax(2).gather(2, ids.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
    }

    static void Zentriere(float[] belohnung, int k, float[] aus)
    {
        for (int start = 0; start < belohnung.Length; start += k)
        {
            float summe = 0;
            for (int j = 0; j < k; j++) summe += belohnung[start + j];
            float mittel = summe / k;
            for (int j = 0; j < k; j++) aus[start + j] = belohnung[start + j] - mittel;
        }
    }

    static void Lerne(torch.Tensor ids, torch.Tensor maske, float[] belohnung, int k, int wiederholungen)
    {
        var vorteil = new float[belohnung.Length];
        Zentriere(belohnung, k, vorteil);
        torch.Tensor a = torch.tensor(vorteil).reshape(-1, 1);

        torch.Tensor alt;
        using (torch.no_grad()) alt = Logp(ids).detach();

        int zaehler = 0;
        do
        {
            using var bereich = torch.NewDisposeScope();
            g_opt.zero_grad();
            torch.Tensor r = (Logp(ids) - alt).exp_();
            torch.Tensor ungekappt = r * a;
            torch.Tensor gekappt = r.clamp(0.8, 1.2) * a;
            torch.Tensor verlust = torch.min(ungekappt, gekappt).mul(maske).sum().neg().div(TOKEN_BUDGET);
            verlust.backward();
            torch.nn.utils.clip_grad_norm_(g_netz.parameters(), 0.5);
            {|GRPO003:g_opt.step()|};
            g_summe += verlust.ToDouble();
            zaehler++;
        } while (zaehler < wiederholungen);
    }

    static void Main(string[] args)
    {
        g_netz = torch.nn.Sequential(
            ("emb", torch.nn.Embedding(300, 96)),
            ("aus", torch.nn.Linear(96, 300)));
        g_opt = torch.optim.AdamW(g_netz.parameters(), 1e-5, weight_decay: 0.01);
        var zufall = new Random(1);
        for (int iter = 0; iter < 1000; iter++)
        {
            torch.Tensor ids = torch.randint(0, 300, new long[] { 32, 65 });
            torch.Tensor maske = ids.narrow(1, 1, 64).ne(0).to_type(torch.float32);
            var belohnung = new float[32];
            for (int i = 0; i < 32; i++) belohnung[i] = zufall.NextSingle();
            Lerne(ids, maske, belohnung, 8, 5);
        }
        Console.WriteLine(g_summe);
    }
}
