using TorchSharp;
using static TorchSharp.torch;

namespace Guarded;

public sealed class KlGuard
{
    private readonly float limit;

    public KlGuard(float limit) => this.limit = limit;

    public bool MayContinue { get; private set; } = true;

    public void Reset() => MayContinue = true;

    public void Observe(Tensor now, Tensor old)
    {
        var d = now - old;
        if ((d.exp() - 1 - d).mean().item<float>() > limit)
        {
            MayContinue = false;
        }
    }
}
