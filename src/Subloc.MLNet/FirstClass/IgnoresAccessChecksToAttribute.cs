namespace System.Runtime.CompilerServices;

/// <summary>Tells the runtime that this assembly may use the internal members of another one.</summary>
/// <remarks>The runtime knows the attribute by its full name, wherever it is declared; the build applies it.</remarks>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    /// <summary>Name of the assembly whose internal members are used.</summary>
    public string AssemblyName { get; } = assemblyName;
}
