namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Ask(Shim.shim_requires_grad(Handle));
            set
            {
                Shim.Check(Shim.shim_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public bool is_leaf => Ask(Shim.shim_is_leaf(Handle));

        public unsafe Tensor? grad
        {
            get
            {
                nint gradient;
                Shim.Check(Shim.shim_grad(Handle, &gradient));
                GC.KeepAlive(this);
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set
            {
                Shim.Check(Shim.shim_set_grad(Handle, value is null ? 0 : value.Handle));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public void retain_grad()
        {
            Shim.Check(Shim.shim_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null)
            => autograd.backward([this], grad_tensors!, retain_graph, create_graph, inputs!);

        public Tensor detach() => Op.Call("aten::detach", this);

        public Tensor detach_() => Op.InPlace("aten::detach_", this);

        /// <summary>Makes this tensor share the storage of another, as assigning <c>tensor.data</c> does in Python.</summary>
        internal void SetData(Tensor data)
        {
            Shim.Check(Shim.shim_set_data(Handle, data.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(data);
        }
    }
}
