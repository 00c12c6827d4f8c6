namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long Dimensions => dim();

        public long ndim => dim();

        public long NumberOfElements => numel();

        public long ElementSize => element_size();

        public ScalarType dtype
        {
            get
            {
                var type = Shim.shim_dtype(Handle);
                GC.KeepAlive(this);
                return (ScalarType)type;
            }
        }

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[dim()];
                fixed (long* pointer = sizes) Shim.Check(Shim.shim_sizes(Handle, pointer));
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public Device device
        {
            get
            {
                var (type, index) = DeviceParts();
                return new Device(type, index);
            }
        }

        public DeviceType device_type => DeviceParts().type;

        public int device_index => DeviceParts().index;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_sparse
        {
            get
            {
                // Layouts: strided, sparse, sparse CSR, ...
                var layout = Shim.CheckNonNegative(Shim.shim_layout(Handle));
                GC.KeepAlive(this);
                return layout == 1;
            }
        }

        public bool is_cpu() => device_type == DeviceType.CPU;

        public long dim()
        {
            var dimensions = Shim.CheckNonNegative(Shim.shim_dim(Handle));
            GC.KeepAlive(this);
            return dimensions;
        }

        public long numel()
        {
            var count = Shim.CheckNonNegative(Shim.shim_numel(Handle));
            GC.KeepAlive(this);
            return count;
        }

        public long element_size()
        {
            var size = Shim.shim_itemsize(Handle);
            GC.KeepAlive(this);
            return size;
        }

        public long[] size() => shape;

        public long size(int dim) => shape[Wrap(dim)];

        public unsafe long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* pointer = strides) Shim.Check(Shim.shim_strides(Handle, pointer));
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => stride()[Wrap(dim)];

        public long storage_offset()
        {
            var offset = Shim.CheckNonNegative(Shim.shim_storage_offset(Handle));
            GC.KeepAlive(this);
            return offset;
        }

        public bool is_contiguous() => Ask(Shim.shim_is_contiguous(Handle));

        public bool is_neg() => Ask(Shim.shim_is_neg(Handle));

        public bool is_conj() => Ask(Shim.shim_is_conj(Handle));

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_nonzero() => Op.CallBool("aten::is_nonzero", this);

        public bool is_pinned() => Op.CallBool("aten::is_pinned", this);

        public bool has_names() => false;

        /// <summary>The index that a dimension counted from the end means.</summary>
        internal long Wrap(long dimension)
        {
            var dimensions = Math.Max(dim(), 1);
            if (dimension < -dimensions || dimension >= dimensions)
            {
                throw new System.Runtime.InteropServices.ExternalException(
                    $"Dimension out of range (expected to be in range of [{-dimensions}, {dimensions - 1}], but got {dimension})");
            }

            return dimension < 0 ? dimension + dimensions : dimension;
        }

        private bool Ask(int answer)
        {
            GC.KeepAlive(this);
            return Shim.CheckNonNegative(answer) != 0;
        }

        private unsafe (DeviceType type, int index) DeviceParts()
        {
            int index;
            var type = Shim.CheckNonNegative(Shim.shim_device(Handle, &index));
            GC.KeepAlive(this);
            return ((DeviceType)type, index);
        }
    }
}
