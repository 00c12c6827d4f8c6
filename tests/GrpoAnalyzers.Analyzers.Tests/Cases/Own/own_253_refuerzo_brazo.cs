// case: own.253
// expect: GRPO002
// shape: Spanish names, REINFORCE, each trajectory's returns standardised with their own deviation, several trajectories accumulated into one step, loss is a sum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BrazoRobotico
{
    public interface ISimulador
    {
        float[] Reiniciar(int semilla);
        float[] Avanzar(float[] torques, out float recompensa, out bool terminado);
    }

    // REINFORCE clásico con política gaussiana; cada actualización reúne varias trayectorias.
    public class Entrenador
    {
        private readonly ISimulador simulador;
        private readonly Sequential red;
        private readonly Parameter logSigma;
        private readonly Adam optimizador;
        private readonly float gamma;

        public Entrenador(ISimulador simulador, int entradas, int torques, float gamma = 0.98f)
        {
            this.simulador = simulador;
            this.gamma = gamma;
            red = nn.Sequential(nn.Linear(entradas, 128), nn.ReLU(), nn.Linear(128, torques));
            logSigma = new Parameter(torch.zeros(torques));
            optimizador = optim.Adam(red.parameters().Append(logSigma), lr: 1e-3);
        }

        private List<float> CalcularRetornos(List<float> recompensas)
        {
            var retornos = new List<float>();
            float acumulado = 0f;
            for (int i = recompensas.Count - 1; i >= 0; i--)
            {
                acumulado = recompensas[i] + gamma * acumulado;
                retornos.Insert(0, acumulado);
            }
            return retornos;
        }

        private (Tensor perdida, float total) Episodio(int semilla, int maximoPasos)
        {
            var observacion = simulador.Reiniciar(semilla);
            var logProbs = new List<Tensor>();
            var recompensas = new List<float>();

            for (int paso = 0; paso < maximoPasos; paso++)
            {
                var media = red.call(torch.tensor(observacion));
                var distribucion = torch.distributions.Normal(media, logSigma.exp());
                var accion = distribucion.sample().detach();
                logProbs.Add(distribucion.log_prob(accion).sum());
                observacion = simulador.Avanzar(accion.data<float>().ToArray(), out var r, out var fin);
                recompensas.Add(r);
                if (fin) break;
            }

            // los retornos de esta trayectoria se estandarizan con su propia media y desviación
            var retornos = torch.tensor(CalcularRetornos(recompensas).ToArray());
            retornos = {|GRPO002:(retornos - retornos.mean()) / (retornos.std() + 1e-7)|};

            var perdida = -(torch.stack(logProbs) * retornos).sum();
            return (perdida, recompensas.Sum());
        }

        private float Actualizar(int primeraSemilla, int trayectorias)
        {
            var suma = 0f;
            optimizador.zero_grad();
            for (int k = 0; k < trayectorias; k++)
            {
                var (perdida, total) = Episodio(primeraSemilla + k, 400);
                (perdida / trayectorias).backward();
                suma += total;
            }
            optimizador.step();
            return suma / trayectorias;
        }

        public void Entrenar(int actualizaciones, int trayectorias = 8)
        {
            float media = 0f;
            for (int e = 1; e <= actualizaciones; e++)
            {
                var total = Actualizar(e * trayectorias, trayectorias);
                media = e == 1 ? total : 0.95f * media + 0.05f * total;
                if (e % 10 == 0)
                    Console.WriteLine($"Actualización {e}\trecompensa {total:F2}\tmedia {media:F2}");
                if (media > 480f)
                {
                    Console.WriteLine("¡Resuelto!");
                    return;
                }
            }
        }
    }
}
