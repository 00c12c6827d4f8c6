// case: own.463
// expect: GRPO002, GRPO003
// shape: C++ style, Spanish, static state, float arrays with out parameters, constant normaliser
using System;
using TorchSharp;

static class EntrenadorMoleculas
{
    const int GRUPO = 8;
    const int MAX_LARGO = 96;
    const float EPS_RECORTE = 0.2f;

    static torch.nn.Module<torch.Tensor, torch.Tensor> s_red = null!;
    static torch.optim.Optimizer s_opt = null!;
    static int s_pasos;

    static void Inicializar(torch.nn.Module<torch.Tensor, torch.Tensor> red, double tasa)
    {
        s_red = red;
        s_opt = torch.optim.Adam(red.parameters(), tasa);
        s_pasos = 0;
    }

    static void CalcularEstadisticas(float[] r, int ini, int n, out float media, out float desv)
    {
        media = 0f;
        for (int i = ini; i < ini + n; ++i) media += r[i];
        media /= n;
        float acc = 0f;
        for (int i = ini; i < ini + n; ++i)
        {
            float d = r[i] - media;
            acc += d * d;
        }
        desv = MathF.Sqrt(acc / (n - 1));
    }

    static void CalcularVentajas(float[] recompensas, out float[] ventajas)
    {
        ventajas = new float[recompensas.Length];
        for (int g = 0; g < recompensas.Length; g += GRUPO)
        {
            CalcularEstadisticas(recompensas, g, GRUPO, out float media, out float desv);
            for (int i = g; i < g + GRUPO; ++i)
            {
                ventajas[i] = {|GRPO002:(recompensas[i] - media) / (desv + 1e-4f)|};
            }
        }
    }

    static void LogProbs(torch.Tensor smiles, out torch.Tensor lp)
    {
        long t = smiles.shape[1];
        using torch.Tensor entrada = smiles.narrow(1, 0, t - 1);
        torch.Tensor objetivo = smiles.narrow(1, 1, t - 1);
        torch.Tensor logits = s_red.call(entrada);
        lp = torch.nn.functional.log_softmax(logits, 2).gather(2, objetivo.unsqueeze(2)).squeeze(2);
    }

    static void Actualizar(torch.Tensor smiles, torch.Tensor mascara, float[] recompensas, int epocas)
    {
        CalcularVentajas(recompensas, out float[] ventajas);
        torch.Tensor adv = torch.tensor(ventajas).unsqueeze(1);
        torch.Tensor lpViejo;
        using (torch.no_grad())
        {
            LogProbs(smiles, out lpViejo);
        }
        for (int e = 0; e < epocas; ++e)
        {
            LogProbs(smiles, out torch.Tensor lpNuevo);
            torch.Tensor razon = torch.exp((lpNuevo - lpViejo) * mascara);
            torch.Tensor s1 = razon * adv;
            torch.Tensor s2 = torch.clamp(razon, 1f - EPS_RECORTE, 1f + EPS_RECORTE) * adv;
            torch.Tensor suma = (torch.minimum(s1, s2) * mascara).sum();
            torch.Tensor perdida = -suma / (float)(MAX_LARGO * recompensas.Length);
            s_opt.zero_grad();
            perdida.backward();
            {|GRPO003:s_opt.step()|};
            ++s_pasos;
        }
    }

    static void Main()
    {
        Inicializar(torch.nn.Sequential(
            ("e", torch.nn.Embedding(64, 128)),
            ("l", torch.nn.Linear(128, 64))), 2e-5);
        var rng = new Random(3);
        for (int it = 0; it < 500; ++it)
        {
            using var ambito = torch.NewDisposeScope();
            torch.Tensor smiles = torch.randint(0, 64, new long[] { 4 * GRUPO, MAX_LARGO });
            torch.Tensor mascara = smiles.narrow(1, 1, MAX_LARGO - 1).ne(0).to(torch.float32);
            float[] r = new float[4 * GRUPO];
            for (int i = 0; i < r.Length; ++i) r[i] = (float)rng.NextDouble();
            Actualizar(smiles, mascara, r, 4);
        }
        Console.WriteLine("pasos: " + s_pasos);
    }
}
