using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cure.Tests;

/// <summary>A compiled trainer in a load context that goes with it.</summary>
internal sealed class LoadedTrainer : IDisposable
{
    private readonly AssemblyLoadContext context;

    private readonly MethodInfo run;

    private LoadedTrainer(AssemblyLoadContext context, Assembly assembly)
    {
        this.context = context;
        run = assembly.GetType("CureEntry")!.GetMethod("Run")!;
    }

    public static LoadedTrainer Load(Compilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        var context = new AssemblyLoadContext("trainer", isCollectible: true);
        return new LoadedTrainer(context, context.LoadFromStream(image));
    }

    public void Run(Batch batch, double rate = 0)
    {
        try
        {
            run.Invoke(null, [batch, rate]);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
        }
    }

    public void Dispose() => context.Unload();
}
