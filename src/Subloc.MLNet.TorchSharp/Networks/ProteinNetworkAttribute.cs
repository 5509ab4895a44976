using Microsoft.ML;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Names a <see cref="NetworkConfig"/> so that a saved model can find it again.</summary>
/// <remarks>
/// The networks of this library are always found. For a network of your own, call
/// <c>mlContext.ComponentCatalog.RegisterAssembly(typeof(MyConfig).Assembly)</c> before loading a model that uses it, as for
/// ML.NET's custom mappings.
/// </remarks>
/// <param name="name">Name stored in models; unique among the networks of a program.</param>
public sealed class ProteinNetworkAttribute(string name) : ExtensionBaseAttribute(name)
{
}
