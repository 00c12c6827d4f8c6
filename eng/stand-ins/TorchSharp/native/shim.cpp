// A C interface to libtorch for the TorchSharp stand-in. Operators are reached by schema name through the dispatcher's boxed call, so that
// a new operator needs no line here. A tensor handle is a TensorImpl* that owns one reference: whoever receives one releases it, arguments
// are borrowed. No exception leaves this file: a failing call returns its error value and leaves the text in shim_error().
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/record_function.h>
#include <c10/core/Allocator.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/generated/variable_factories.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/cuda.h>
#include <torch/custom_class.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <cstring>
#include <functional>
#include <string_view>

#define EXPORT extern "C" __attribute__((visibility("default")))

using c10::IValue;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Handle = at::TensorImpl*;

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T> using Optional = std::optional<T>;
#else
template <class T> using Optional = c10::optional<T>;
#endif

namespace {

thread_local std::string last_error;

template <class F, class R>
R guarded(R on_error, F body) noexcept {
    try {
        return body();
    } catch (const c10::Error& e) {
        last_error = e.what_without_backtrace();
    } catch (const std::exception& e) {
        last_error = e.what();
    } catch (...) {
        last_error = "libtorch threw an exception of unknown type";
    }
    return on_error;
}

template <class F>
int32_t attempt(F body) noexcept {
    return guarded(int32_t(0), [&] { body(); return int32_t(1); });
}

at::Tensor borrow(Handle h) {
    if (h == nullptr) return at::Tensor();
    return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(h));
}

Handle own(at::Tensor t) { return t.defined() ? t.unsafeReleaseTensorImpl() : nullptr; }

// A gradient that is zero by construction may come without memory; its reader expects some.
at::Tensor with_memory(at::Tensor t) { return t.defined() && t._is_zerotensor() ? at::zeros_like(t) : t; }

variable_list borrow_all(const Handle* handles, int32_t n) {
    variable_list list;
    list.reserve(n);
    for (int32_t i = 0; i < n; i++) list.push_back(borrow(handles[i]));
    return list;
}

template <class L>
Handle* own_all(const L& tensors) {
    auto* out = static_cast<Handle*>(malloc(sizeof(Handle) * (tensors.size() + 1)));
    size_t i = 0;
    for (const at::Tensor& t : tensors) out[i++] = own(t);
    return out;
}

// Takes over the references in an array that the caller allocated with shim_alloc.
variable_list adopt(Handle* handles, int32_t n) {
    variable_list list;
    for (int32_t i = 0; i < n; i++)
        list.push_back(handles[i] ? at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(handles[i])) : at::Tensor());
    free(handles);
    return list;
}

enum Tag : int32_t { Default, None, TensorTag, Int, Double, Bool, Complex, String, IntList, DoubleList, TensorList, DeviceTag, GeneratorTag };

struct Value {
    int32_t tag;
    int32_t length;
    union { int64_t i; double d; void* p; };
};

struct Operator {
    c10::OperatorHandle handle;
    std::vector<c10::TypeKind> kinds;  // of each parameter, optionals unwrapped
    std::vector<bool> of_optionals;    // whether a list parameter's elements may be absent
};

c10::TypePtr unwrap(c10::TypePtr type) {
    if (auto optional = type->cast<c10::OptionalType>()) return optional->getElementType();
    return type;
}

IValue to_ivalue(const Value& v, const Operator& op, size_t i) {
    switch (v.tag) {
        case None: return IValue();
        case TensorTag: return IValue(borrow(static_cast<Handle>(v.p)));
        case Int: return op.kinds[i] == c10::TypeKind::FloatType ? IValue(double(v.i)) : IValue(v.i);
        case Double: return IValue(v.d);
        case Bool: return IValue(v.i != 0);
        case Complex: return IValue(c10::complex<double>(static_cast<double*>(v.p)[0], static_cast<double*>(v.p)[1]));
        case String: return IValue(std::string(static_cast<char*>(v.p), v.length));
        case IntList: return IValue(c10::List<int64_t>(at::IntArrayRef(static_cast<int64_t*>(v.p), v.length)));
        case DoubleList: return IValue(c10::List<double>(at::ArrayRef<double>(static_cast<double*>(v.p), v.length)));
        case TensorList: {
            auto* handles = static_cast<Handle*>(v.p);
            if (op.of_optionals[i]) {
                c10::List<Optional<at::Tensor>> list;
                for (int32_t k = 0; k < v.length; k++)
                    list.push_back(handles[k] ? Optional<at::Tensor>(borrow(handles[k])) : Optional<at::Tensor>());
                return IValue(std::move(list));
            }
            c10::List<at::Tensor> list;
            for (int32_t k = 0; k < v.length; k++) list.push_back(borrow(handles[k]));
            return IValue(std::move(list));
        }
        case DeviceTag: return IValue(at::Device(at::DeviceType(v.i & 0xff), at::DeviceIndex(int8_t(v.length))));
        case GeneratorTag: return IValue(*static_cast<at::Generator*>(v.p));
        default: throw std::runtime_error("unknown argument kind");
    }
}

Value from_ivalue(const IValue& value) {
    Value v{};
    if (value.isTensor()) { v.tag = TensorTag; v.p = own(value.toTensor()); }
    else if (value.isInt()) { v.tag = Int; v.i = value.toInt(); }
    else if (value.isBool()) { v.tag = Bool; v.i = value.toBool(); }
    else if (value.isDouble()) { v.tag = Double; v.d = value.toDouble(); }
    else if (value.isTensorList()) { auto list = value.toTensorVector(); v.tag = TensorList; v.length = int32_t(list.size()); v.p = own_all(list); }
    else if (value.isComplexDouble()) {
        auto z = value.toComplexDouble();
        auto* parts = static_cast<double*>(malloc(2 * sizeof(double)));
        parts[0] = z.real(); parts[1] = z.imag();
        v.tag = Complex; v.p = parts;
    }
    else if (value.isNone()) v.tag = None;
    else throw std::runtime_error("a result of type " + value.tagKind() + " cannot be passed on");
    return v;
}

void run(const Operator& op, const Value* args, int32_t n, torch::jit::Stack& stack) {
    const auto& parameters = op.handle.schema().arguments();
    TORCH_CHECK(size_t(n) <= parameters.size(), op.handle.operator_name(), " takes ", parameters.size(), " arguments, not ", n);
    stack.reserve(parameters.size());
    for (size_t i = 0; i < parameters.size(); i++) {
        if (i < size_t(n) && args[i].tag != Default) { stack.push_back(to_ivalue(args[i], op, i)); continue; }
        TORCH_CHECK(parameters[i].default_value().has_value(), op.handle.operator_name(), " needs the argument ", parameters[i].name());
        stack.push_back(*parameters[i].default_value());
    }
    op.handle.callBoxed(stack);
}

// ---- functions whose forward and backward are managed code -------------------------------------------------------------------------

using ForwardCallback = int32_t (*)(int64_t id, AutogradContext* context, Handle** outputs);
using BackwardCallback = int32_t (*)(int64_t id, AutogradContext* context, Handle* grads, int32_t n, Handle** inputs);
using FreeCallback = void (*)(int64_t id);
ForwardCallback managed_forward;
BackwardCallback managed_backward;
FreeCallback managed_free;
FreeCallback blob_free;

struct ManagedState : torch::CustomClassHolder {
    int64_t id;
    explicit ManagedState(int64_t id) : id(id) {}
    ~ManagedState() override { managed_free(id); }
};

variable_list checked(int32_t n, Handle* handles) {
    // A managed exception stays on the managed side, under the number that comes back negative.
    if (n < 0) throw std::runtime_error("\x01managed exception " + std::to_string(-int64_t(n)));
    return adopt(handles, n);
}

struct ManagedFunction : torch::autograd::Function<ManagedFunction> {
    static variable_list forward(AutogradContext* ctx, at::TensorList, int64_t id) {
        ctx->saved_data["state"] = IValue::make_capsule(c10::make_intrusive<ManagedState>(id));
        Handle* outputs = nullptr;
        int32_t n = managed_forward(id, ctx, &outputs);
        return checked(n, outputs);
    }
    static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
        auto id = c10::static_intrusive_pointer_cast<ManagedState>(ctx->saved_data["state"].toCapsule())->id;
        Handle* given = own_all(grads);
        Handle* results = nullptr;
        int32_t n = managed_backward(id, ctx, given, int32_t(grads.size()), &results);
        free(given);
        auto list = checked(n, results);
        list.emplace_back();  // the gradient of forward's id
        return list;
    }
};

// ---- what tests count of a thread while they watch it ------------------------------------------------------------------------------

thread_local int64_t host_reads;
thread_local int64_t largest_block;

struct BlockSizes : c10::MemoryReportingInfoBase {
    // The totals are signed in some versions of libtorch and not in others: the one of these that overrides is called.
    void reportMemoryUsage(void*, int64_t size, int64_t, int64_t, c10::Device) { largest_block = std::max(largest_block, size); }
    void reportMemoryUsage(void*, int64_t size, size_t, size_t, c10::Device) { largest_block = std::max(largest_block, size); }
    bool memoryProfilingEnabled() const override { return true; }
};

// Operators that a host waits for on any device: their result, or its shape, is made of values.
std::unique_ptr<at::ObserverContext> count_host_read(const at::RecordFunction& call) {
    for (std::string_view name : {"aten::_local_scalar_dense", "aten::nonzero", "aten::equal", "aten::_unique2"})
        if (call.name() == name) host_reads++;
    return nullptr;
}

struct Watch {
    c10::DebugInfoGuard blocks{c10::DebugInfoKind::PROFILER_STATE, std::make_shared<BlockSizes>()};
    at::CallbackHandle calls = at::addThreadLocalCallback(at::RecordFunctionCallback(count_host_read).scopes({at::RecordScope::FUNCTION}));
    ~Watch() { at::removeCallback(calls); }
};

at::Device device_of(int32_t type, int32_t index) { return at::Device(at::DeviceType(type), at::DeviceIndex(index)); }

}  // namespace

EXPORT const char* shim_error() { return last_error.c_str(); }
EXPORT const char* shim_version() { return TORCH_VERSION; }
EXPORT void* shim_alloc(int64_t bytes) { return malloc(bytes > 0 ? bytes : 1); }
EXPORT void shim_free(void* memory) { free(memory); }
EXPORT int32_t shim_threads() { return at::get_num_threads(); }
EXPORT int32_t shim_set_threads(int32_t n) {
    return attempt([&] {
        at::set_num_threads(n);
        // libtorch tells MKL how many threads to use, but not OpenBLAS, whose own threads spin where the processors are busy.
        if (void* blas = dlopen("libblas.so.3", RTLD_LAZY | RTLD_NOLOAD)) {
            if (void* set = dlsym(blas, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(n);
            dlclose(blas);
        }
    });
}
EXPORT int32_t shim_interop_threads() { return at::get_num_interop_threads(); }
EXPORT int32_t shim_set_interop_threads(int32_t n) { return attempt([&] { at::set_num_interop_threads(n); }); }

EXPORT void* shim_op(const char* name, const char* overload) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* {
        auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
        auto* op = new Operator{handle, {}, {}};
        for (const auto& parameter : handle.schema().arguments()) {
            auto type = unwrap(parameter.type());
            auto list = type->cast<c10::ListType>();
            op->kinds.push_back(type->kind());
            op->of_optionals.push_back(list && list->getElementType()->kind() == c10::TypeKind::OptionalType);
        }
        return op;
    });
}

// The single tensor that the operator returns, or null with an error.
EXPORT Handle shim_call(const Operator* op, const Value* args, int32_t n) {
    return guarded(static_cast<Handle>(nullptr), [&] {
        torch::jit::Stack stack;
        run(*op, args, n, stack);
        TORCH_CHECK(stack.size() == 1 && stack[0].isTensor() && stack[0].toTensor().defined(), op->handle.operator_name(), " returns no single tensor");
        return std::move(stack[0]).toTensor().unsafeReleaseTensorImpl();
    });
}

// All results, at most `capacity`; their number, or -1 with an error. Memory inside a Value is released with shim_free.
EXPORT int32_t shim_call_many(const Operator* op, const Value* args, int32_t n, Value* results, int32_t capacity) {
    return guarded(-1, [&] {
        torch::jit::Stack stack;
        run(*op, args, n, stack);
        auto count = std::min(int32_t(stack.size()), capacity);
        for (int32_t i = 0; i < count; i++) results[i] = from_ivalue(stack[i]);
        return count;
    });
}

// ---- tensors -----------------------------------------------------------------------------------------------------------------------

EXPORT void shim_release(Handle h) { c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(h); }
EXPORT Handle shim_retain(Handle h) { c10::raw::intrusive_ptr::incref(h); return h; }
EXPORT int64_t shim_dim(Handle h) { return guarded(int64_t(-1), [&] { return h->dim(); }); }
EXPORT int64_t shim_numel(Handle h) { return guarded(int64_t(-1), [&] { return h->numel(); }); }
EXPORT int32_t shim_sizes(Handle h, int64_t* sizes) { return attempt([&] { auto s = h->sizes(); std::copy(s.begin(), s.end(), sizes); }); }
EXPORT int32_t shim_strides(Handle h, int64_t* strides) { return attempt([&] { auto s = h->strides(); std::copy(s.begin(), s.end(), strides); }); }
EXPORT int32_t shim_dtype(Handle h) { return guarded(-1, [&] { return int32_t(c10::typeMetaToScalarType(h->dtype())); }); }
EXPORT int32_t shim_layout(Handle h) { return guarded(-1, [&] { return int32_t(h->layout()); }); }
EXPORT int32_t shim_device(Handle h, int32_t* index) {
    return guarded(-1, [&] { auto d = h->device(); *index = d.index(); return int32_t(d.type()); });
}
EXPORT int64_t shim_itemsize(Handle h) { return int64_t(h->dtype().itemsize()); }
EXPORT int64_t shim_storage_offset(Handle h) { return guarded(int64_t(-1), [&] { return h->storage_offset(); }); }
EXPORT int64_t shim_storage_bytes(Handle h) { return guarded(int64_t(-1), [&] { return int64_t(h->storage().nbytes()); }); }
EXPORT void* shim_data(Handle h) { return guarded(static_cast<void*>(nullptr), [&] { return h->numel() ? borrow(h).data_ptr() : nullptr; }); }
// The same for a reader of the values.
EXPORT const void* shim_read(Handle h) { host_reads++; return shim_data(h); }
EXPORT int32_t shim_is_contiguous(Handle h) { return guarded(-1, [&] { return int32_t(h->is_contiguous()); }); }
EXPORT int32_t shim_is_leaf(Handle h) { return guarded(-1, [&] { return int32_t(borrow(h).is_leaf()); }); }
EXPORT int32_t shim_is_inference(Handle h) { return guarded(-1, [&] { return int32_t(h->is_inference()); }); }
EXPORT int32_t shim_is_neg(Handle h) { return guarded(-1, [&] { return int32_t(h->is_neg()); }); }
EXPORT int32_t shim_is_conj(Handle h) { return guarded(-1, [&] { return int32_t(h->is_conj()); }); }
EXPORT int32_t shim_requires_grad(Handle h) { return guarded(-1, [&] { return int32_t(h->requires_grad()); }); }
EXPORT int32_t shim_set_requires_grad(Handle h, int32_t value) {
    return attempt([&] {
        auto t = borrow(h);
        TORCH_CHECK(t.is_leaf() || value, "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use detach().");
        t.requires_grad_(value != 0);
    });
}
EXPORT int32_t shim_grad(Handle h, Handle* grad) {
    return attempt([&] {
        auto t = borrow(h);
        if (t.grad().defined() && t.grad()._is_zerotensor()) t.mutable_grad() = with_memory(t.grad());
        *grad = own(t.grad());
    });
}
EXPORT int32_t shim_set_grad(Handle h, Handle grad) { return attempt([&] { borrow(h).mutable_grad() = borrow(grad); }); }
EXPORT int32_t shim_set_data(Handle h, Handle data) { return attempt([&] { borrow(h).set_data(borrow(data)); }); }
EXPORT int32_t shim_retain_grad(Handle h) { return attempt([&] { borrow(h).retain_grad(); }); }

// A tensor on the caller's memory; blob_free(id) is called when libtorch has dropped the last reference.
EXPORT Handle shim_from_blob(void* data, const int64_t* sizes, int32_t n, int32_t dtype, int64_t id) {
    return guarded(static_cast<Handle>(nullptr), [&] {
        return own(torch::from_blob(data, at::IntArrayRef(sizes, n), [id](void*) { blob_free(id); }, at::TensorOptions(at::ScalarType(dtype))));
    });
}

// ---- autograd ----------------------------------------------------------------------------------------------------------------------

EXPORT int32_t shim_backward(const Handle* tensors, int32_t n, const Handle* grads, int32_t retain, int32_t create, const Handle* inputs, int32_t inputs_n) {
    return attempt([&] {
        torch::autograd::backward(borrow_all(tensors, n), grads ? borrow_all(grads, n) : variable_list(),
            retain < 0 ? Optional<bool>() : Optional<bool>(retain != 0), create != 0, borrow_all(inputs, inputs_n));
    });
}
EXPORT int32_t shim_gradients(const Handle* outputs, int32_t n, const Handle* inputs, int32_t inputs_n, const Handle* grads, int32_t retain, int32_t create, int32_t allow_unused, Handle* results) {
    return attempt([&] {
        auto list = torch::autograd::grad(borrow_all(outputs, n), borrow_all(inputs, inputs_n), grads ? borrow_all(grads, n) : variable_list(),
            retain < 0 ? Optional<bool>() : Optional<bool>(retain != 0), create != 0, allow_unused != 0);
        for (size_t i = 0; i < list.size(); i++) results[i] = own(with_memory(list[i]));
    });
}
EXPORT int32_t shim_grad_mode() { return at::GradMode::is_enabled(); }
EXPORT void shim_set_grad_mode(int32_t enabled) { at::GradMode::set_enabled(enabled != 0); }
EXPORT int32_t shim_inference_mode() { return c10::InferenceMode::is_enabled(); }
EXPORT void* shim_enter_inference_mode(int32_t enabled) { return guarded(static_cast<void*>(nullptr), [&]() -> void* { return new c10::InferenceMode(enabled != 0); }); }
EXPORT void shim_leave_inference_mode(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
EXPORT int32_t shim_anomaly_mode() { return (torch::autograd::AnomalyMode::is_enabled() ? 1 : 0) | (torch::autograd::AnomalyMode::should_check_nan() ? 2 : 0); }
EXPORT void shim_set_anomaly_mode(int32_t enabled, int32_t check_nan) { torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0); }

EXPORT void shim_set_callbacks(ForwardCallback forward, BackwardCallback backward, FreeCallback free_function, FreeCallback free_blob) {
    managed_forward = forward; managed_backward = backward; managed_free = free_function; blob_free = free_blob;
}
EXPORT int32_t shim_apply(int64_t id, const Handle* inputs, int32_t n, Handle** outputs) {
    return guarded(-1, [&] { auto given = borrow_all(inputs, n); auto list = ManagedFunction::apply(at::TensorList(given), id); *outputs = own_all(list); return int32_t(list.size()); });
}
EXPORT int32_t shim_save_for_backward(AutogradContext* ctx, const Handle* tensors, int32_t n) { return attempt([&] { ctx->save_for_backward(borrow_all(tensors, n)); }); }
EXPORT int32_t shim_saved(AutogradContext* ctx, Handle** tensors) {
    return guarded(-1, [&] { auto list = ctx->get_saved_variables(); *tensors = own_all(list); return int32_t(list.size()); });
}
EXPORT int32_t shim_mark_dirty(AutogradContext* ctx, const Handle* tensors, int32_t n) { return attempt([&] { ctx->mark_dirty(borrow_all(tensors, n)); }); }
EXPORT int32_t shim_mark_non_differentiable(AutogradContext* ctx, const Handle* tensors, int32_t n) { return attempt([&] { ctx->mark_non_differentiable(borrow_all(tensors, n)); }); }
EXPORT void shim_set_materialize_grads(AutogradContext* ctx, int32_t value) { ctx->set_materialize_grads(value != 0); }

// ---- random numbers and devices ----------------------------------------------------------------------------------------------------

EXPORT at::Generator* shim_default_generator() { return guarded(static_cast<at::Generator*>(nullptr), [] { return new at::Generator(at::detail::getDefaultCPUGenerator()); }); }
EXPORT at::Generator* shim_generator(uint64_t seed, int32_t type, int32_t index) {
    return guarded(static_cast<at::Generator*>(nullptr), [&] {
        if (type == int32_t(at::kCPU)) return new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed));
        auto generator = at::globalContext().defaultGenerator(device_of(type, index)).clone();
        generator.set_current_seed(seed);
        return new at::Generator(generator);
    });
}
EXPORT void shim_release_generator(at::Generator* generator) { delete generator; }
EXPORT int32_t shim_generator_set_seed(at::Generator* generator, uint64_t seed) {
    return attempt([&] { std::lock_guard<std::mutex> lock(generator->mutex()); generator->set_current_seed(seed); });
}
EXPORT uint64_t shim_generator_seed(at::Generator* generator) { std::lock_guard<std::mutex> lock(generator->mutex()); return generator->seed(); }
EXPORT uint64_t shim_generator_initial_seed(at::Generator* generator) { return generator->current_seed(); }
EXPORT Handle shim_generator_state(at::Generator* generator) { return guarded(static_cast<Handle>(nullptr), [&] { return own(generator->get_state()); }); }
EXPORT int32_t shim_generator_set_state(at::Generator* generator, Handle state) { return attempt([&] { generator->set_state(borrow(state)); }); }
EXPORT int32_t shim_manual_seed(uint64_t seed) { return attempt([&] { at::manual_seed(seed); }); }

EXPORT int32_t shim_cuda_device_count() { return guarded(0, [] { return int32_t(torch::cuda::device_count()); }); }
EXPORT int32_t shim_cudnn_is_available() { return guarded(0, [] { return int32_t(torch::cuda::cudnn_is_available()); }); }
EXPORT int32_t shim_cuda_seed(uint64_t seed, int32_t all) { return attempt([&] { if (all) torch::cuda::manual_seed_all(seed); else torch::cuda::manual_seed(seed); }); }
EXPORT int32_t shim_cuda_synchronize(int64_t index) { return attempt([&] { torch::cuda::synchronize(index); }); }

// ---- watching a thread -------------------------------------------------------------------------------------------------------------

EXPORT Watch* shim_watch() { return guarded(static_cast<Watch*>(nullptr), [] { host_reads = largest_block = 0; return new Watch(); }); }
EXPORT void shim_unwatch(Watch* watch) { delete watch; }
EXPORT int64_t shim_host_reads() { return host_reads; }
EXPORT int64_t shim_largest_block() { return largest_block; }
