using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a network: parameters, buffers and modules by name.</summary>
        public partial class Module : IDisposable
        {
            private readonly string? moduleName;
            private readonly Dictionary<string, Parameter> ownParameters = [];
            private readonly Dictionary<string, (Tensor Buffer, bool Persistent)> ownBuffers = [];
            private readonly Dictionary<string, Module> ownModules = [];
            private bool isTraining = true;
            private bool isRegistered;

            protected Module(string name) => moduleName = name;

            ~Module() => Dispose(false);

            public virtual bool training => isTraining;

            public virtual string GetName() => moduleName ?? GetType().Name;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            public virtual void train(bool train = true)
            {
                isTraining = train;
                foreach (var module in children()) module.train(train);
            }

            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var module in children()) module.apply(fn);
                fn(this);
                return this;
            }

            public virtual IEnumerable<Module> children() => named_children().Select(child => child.module);

            public virtual IEnumerable<(string name, Module module)> named_children()
            {
                foreach (var (name, module) in ownModules) yield return (name, module);
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, module) in named_children())
                {
                    yield return (name, module);
                    foreach (var (inner, nested) in module.named_modules()) yield return ($"{name}.{inner}", nested);
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(entry => entry.parameter);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (name, parameter) in AllParameters(recurse))
                {
                    if (seen.Add(parameter.Handle)) yield return (name, parameter);
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                foreach (var (name, (buffer, persistent)) in ownBuffers)
                {
                    if (persistent || include_nonpersistent) yield return (name, buffer);
                }

                if (!recurse) yield break;
                foreach (var (name, module) in named_children())
                {
                    foreach (var (inner, buffer) in module.named_buffers(true, include_nonpersistent)) yield return ($"{name}.{inner}", buffer);
                }
            }

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter? get_parameter(string target) =>
                named_parameters().Where(entry => entry.name == target).Select(entry => entry.parameter).FirstOrDefault();

            public virtual Tensor? get_buffer(string target) =>
                named_buffers().Where(entry => entry.name == target).Select(entry => entry.buffer).FirstOrDefault();

            public virtual void register_parameter(string name, Parameter param)
            {
                param.DetachFromDisposeScope();
                ownParameters[name] = param;
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                tensor.DetachFromDisposeScope();
                ownBuffers[name] = (tensor, persistent);
            }

            public virtual void register_module(string name, Module submodule) => ownModules[name] = submodule;

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    if (parameter.grad is not { } gradient) continue;
                    if (set_to_none) parameter.grad = null;
                    else gradient.zero_();
                    gradient.Dispose();
                }
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var parameter in ownParameters.Values) parameter.Dispose();
                foreach (var (buffer, _) in ownBuffers.Values) buffer.Dispose();
                foreach (var module in ownModules.Values) module.Dispose();
            }

            /// <summary>Registers what the fields of the class hold under the fields' names.</summary>
            protected virtual void RegisterComponents()
            {
                if (isRegistered) return;
                isRegistered = true;
                foreach (var field in GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                {
                    if (field.DeclaringType == typeof(Module)) continue;
                    switch (field.GetValue(this))
                    {
                        case Module module when !ownModules.ContainsValue(module):
                            register_module(ComponentName(field), module);
                            break;
                        case Parameter parameter when !ownParameters.ContainsValue(parameter):
                            register_parameter(ComponentName(field), parameter);
                            break;
                        case Tensor buffer when field.GetValue(this) is not Modules.Parameter && ownBuffers.Values.All(entry => !ReferenceEquals(entry.Buffer, buffer)):
                            register_buffer(ComponentName(field), buffer);
                            break;
                    }
                }
            }

            protected void ClearModules() => ownModules.Clear();

            /// <summary>The field of an auto-property goes by the property's name.</summary>
            private static string ComponentName(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;

            private IEnumerable<(string Name, Parameter Parameter)> AllParameters(bool recurse)
            {
                foreach (var (name, parameter) in ownParameters) yield return (name, parameter);
                if (!recurse) yield break;
                foreach (var (name, module) in named_children())
                {
                    foreach (var (inner, parameter) in module.AllParameters(true)) yield return ($"{name}.{inner}", parameter);
                }
            }

            /// <summary>Moves parameters and buffers to another type or device, where they stand.</summary>
            internal void MoveTo(ScalarType? dtype, Device? device)
            {
                using var _ = no_grad();
                foreach (var tensor in ownParameters.Values.Concat(ownBuffers.Values.Select(entry => entry.Buffer)))
                {
                    var target = dtype is { } type && tensor.is_floating_point() ? type : tensor.dtype;
                    using var moved = tensor.to(target, device ?? tensor.device);
                    if (!ReferenceEquals(moved, tensor)) tensor.SetData(moved);
                }

                foreach (var module in children()) module.MoveTo(dtype, device);
            }
        }
    }
}
