using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

internal static partial class Comparisons
{
    private static Comparison[] Types() =>
    [
        new("a.to(torch.float32)",
            x => x.a.to(ScalarType.Float32),
            x => x.a.to(ScalarType.Float32, CPU),
            x => x.a.to_type(ScalarType.Float32),
            x => x.a.type(ScalarType.Float32),
            x => x.a.@float(),
            x => FloatTensor(x.a),
            x => x.a.type(tensor => tensor.to(ScalarType.Float32))),
        new("a.to(torch.float64)", x => x.a.@double(), x => DoubleTensor(x.a)),
        new("a.to(torch.bool)", x => x.a.@bool(), x => BoolTensor(x.a)),
        new("w.to(torch.int64)", x => x.w.@long(), x => LongTensor(x.w)),
        new("w.to(torch.int32)", x => x.w.@int(), x => IntTensor(x.w)),
        new("w.to(torch.int16)", x => x.w.@short(), x => ShortTensor(x.w)),
        new("w.to(torch.int8)", x => x.w.@char()),
        new("w.to(torch.uint8)", x => x.w.@byte(), x => ByteTensor(x.w)),
        new("a.to(torch.bfloat16)", x => x.a.bfloat16()),
        new("a.to(torch.float16)", x => x.a.half()),
        new("a.to(torch.complex64)", x => x.a.cfloat()),
        new("a.to(torch.complex128)", x => x.a.cdouble()),
        new("a.to(j)", x => x.a.to(x.j)),
        new("a.type_as(j)", x => x.a.type_as(x.j)),
        new("a.cpu()", x => x.a.cpu(), x => x.a.to(CPU), x => x.a.to(DeviceType.CPU), x => x.a.to("cpu")),
        new("a.to_dense()", x => x.a.to_dense()),
        new("torch.zeros_like(a)", x => x.a.zeros_like(), x => torch.zeros_like(x.a)),
        new("torch.ones_like(a)", x => x.a.ones_like(), x => torch.ones_like(x.a)),
        new("torch.full_like(a, 1.5)", x => x.a.full_like(1.5), x => torch.full_like(x.a, 1.5)),
        new("torch.zeros_like(a, dtype=torch.float32)", x => x.a.zeros_like(ScalarType.Float32), x => torch.zeros_like(x.a, ScalarType.Float32)),
        new("torch.full_like(a, 2, dtype=torch.int64)", x => x.a.full_like(2, ScalarType.Int64)),
        new("a.requires_grad_(False)", x => x.a.requires_grad_(false)),
        new("a.requires_grad_().detach()", x => x.a.requires_grad_().detach(), x => x.a.with_requires_grad().detach()),
    ];
}
