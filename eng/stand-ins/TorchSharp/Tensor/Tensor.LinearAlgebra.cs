namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1)
            => Op.Call("aten::addbmm", this, batch1, batch2, beta, alpha);

        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1)
            => Op.InPlace("aten::addbmm_", this, batch1, batch2, beta, alpha);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1)
            => Op.Call("aten::addmm", this, mat1, mat2, beta, alpha);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1)
            => Op.InPlace("aten::addmm_", this, mat1, mat2, beta, alpha);

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Op.Call("aten::addmv", this, mat, vec, beta, alpha);

        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1)
            => Op.InPlace("aten::addmv_", this, mat, vec, beta, alpha);

        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1)
            => Op.Call("aten::addr", this, vec1, vec2, beta, alpha);

        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1)
            => Op.InPlace("aten::addr_", this, vec1, vec2, beta, alpha);

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1)
            => Op.Call("aten::baddbmm", this, batch1, batch2, beta, alpha);

        public Tensor bmm(Tensor batch2) => Op.Call("aten::bmm", this, batch2);

        public Tensor cholesky_inverse(bool upper = false) => Op.Call("aten::cholesky_inverse", this, upper);

        public Tensor cholesky_solve(Tensor input2, bool upper = false) => Op.Call("aten::cholesky_solve", this, input2, upper);

        public Tensor det() => Op.Call("aten::det", this);

        public Tensor dot(Tensor target) => Op.Call("aten::dot", this, target);

        public (Tensor a, Tensor tau) geqrf() => Op.Call2("aten::geqrf", this);

        public Tensor ger(Tensor vec2) => Op.Call("aten::ger", this, vec2);

        public Tensor inner(Tensor vec2) => Op.Call("aten::inner", this, vec2);

        public Tensor inverse() => Op.Call("aten::inverse", this);

        public Tensor kron(Tensor other) => Op.Call("aten::kron", this, other);

        public Tensor logdet() => Op.Call("aten::logdet", this);

        public Tensor matmul(Tensor target) => Op.Call("aten::matmul", this, target);

        public Tensor matrix_exp() => Op.Call("aten::matrix_exp", this);

        public Tensor matrix_power(int n) => Op.Call("aten::matrix_power", this, n);

        public Tensor mm(Tensor target) => Op.Call("aten::mm", this, target);

        public Tensor mv(Tensor target) => Op.Call("aten::mv", this, target);

        public Tensor ormqr(Tensor tau, Tensor other, bool left = true, bool transpose = false)
            => Op.Call("aten::ormqr", this, tau, other, left, transpose);

        public Tensor outer(Tensor vec2) => Op.Call("aten::outer", this, vec2);

        public Tensor pinverse(double rcond = 1E-15, bool hermitian = false) => Op.Call("aten::linalg_pinv", this, rcond, hermitian);

        public Tensor tensordot(Tensor b, (long, long)[] dims)
            => tensordot(b, dims.Select(pair => pair.Item1).ToArray(), dims.Select(pair => pair.Item2).ToArray());

        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Op.Call("aten::tensordot", this, b, dims1, dims2);

        public Tensor trace() => Op.Call("aten::trace", this);

        public Tensor vdot(Tensor target) => Op.Call("aten::vdot", this, target);
    }
}
