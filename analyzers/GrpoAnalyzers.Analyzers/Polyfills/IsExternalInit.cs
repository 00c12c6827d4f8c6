namespace System.Runtime.CompilerServices;

/// <summary>Lets netstandard2.0 compile init-only properties and records; the compiler looks it up by name.</summary>
internal static class IsExternalInit;
