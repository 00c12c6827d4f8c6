// case: own.251
// expect: GRPO001, GRPO002
// shape: German names, ragged completions in a loop, on-policy ratio, one update
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dichter;

/// <summary>Eine vom Modell geschriebene Strophe: Zeichenfolge und Belohnung der Jury.</summary>
public class Strophe
{
    public long[] Zeichen = Array.Empty<long>();
    public int AnfangAntwort;
    public float Belohnung;
}

public interface IJury
{
    float Bewerte(long[] zeichen);
}

public class Dichtertraining
{
    readonly nn.Module<Tensor, Tensor> netz;
    readonly Adam optimierer;
    readonly IJury jury;
    readonly Random zufall = new(4711);
    const int Gruppengroesse = 6;

    public Dichtertraining(nn.Module<Tensor, Tensor> netz, IJury jury)
    {
        this.netz = netz;
        this.jury = jury;
        optimierer = optim.Adam(netz.parameters(), 3e-5);
    }

    List<Strophe> SchreibeGruppe(long[] vorgabe, int hoechstens)
    {
        var gruppe = new List<Strophe>();
        using var ohneGradient = no_grad();
        for (int i = 0; i < Gruppengroesse; i++)
        {
            var zeichen = vorgabe.ToList();
            while (zeichen.Count < vorgabe.Length + hoechstens)
            {
                var eingabe = tensor(zeichen.ToArray()).unsqueeze(0);
                var wahrscheinlich = netz.call(eingabe)[0, -1].softmax(-1);
                var neu = wahrscheinlich.multinomial(1).ToInt64();
                zeichen.Add(neu);
                if (neu == 0) break;
            }
            var fertig = zeichen.ToArray();
            gruppe.Add(new Strophe { Zeichen = fertig, AnfangAntwort = vorgabe.Length, Belohnung = jury.Bewerte(fertig) });
        }
        return gruppe;
    }

    Tensor LogWahrscheinlichkeiten(Strophe s)
    {
        var alle = tensor(s.Zeichen);
        var logits = netz.call(alle[TensorIndex.Slice(0, -1)].unsqueeze(0))[0];
        var logp = logits.log_softmax(-1);
        var ziel = alle[TensorIndex.Slice(1)].unsqueeze(1);
        return logp.gather(1, ziel).squeeze(1)[TensorIndex.Slice(s.AnfangAntwort - 1)];
    }

    public float Lerne(long[] vorgabe)
    {
        var gruppe = SchreibeGruppe(vorgabe, 40);
        var belohnungen = torch.tensor(gruppe.Select(s => s.Belohnung).ToArray());
        var mittel = belohnungen.mean();
        var streuung = belohnungen.std(unbiased: false);
        var vorteile = {|GRPO002:(belohnungen - mittel).div(streuung.add(1e-6))|};

        optimierer.zero_grad();
        Tensor verlust = zeros(1);
        for (int i = 0; i < gruppe.Count; i++)
        {
            var logp = LogWahrscheinlichkeiten(gruppe[i]);
            var verhaeltnis = (logp - logp.detach()).exp();
            var beitrag = verhaeltnis * vorteile[i];
            verlust = verlust - {|GRPO001:beitrag.mean()|};
        }
        verlust = verlust / gruppe.Count;
        verlust.backward();
        optimierer.step();

        return mittel.ToSingle();
    }

    public void Trainiere(IReadOnlyList<long[]> vorgaben, int runden)
    {
        for (int runde = 0; runde < runden; runde++)
        {
            var vorgabe = vorgaben[zufall.Next(vorgaben.Count)];
            var mittel = Lerne(vorgabe);
            if (runde % 20 == 0) Console.WriteLine($"Runde {runde}: mittlere Belohnung {mittel:0.000}");
        }
    }
}
