namespace GrpoAnalyzers.StandIns.Tests.Completeness;

/// <summary>What code of this class calls of the stand-in is compared with python's values by its tests.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ComparesWithPythonAttribute : Attribute;
