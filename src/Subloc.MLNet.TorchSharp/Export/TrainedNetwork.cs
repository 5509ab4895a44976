using Subloc.MLNet.Families;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>A network to be exported.</summary>
/// <param name="Kind">Name of its kind.</param>
/// <param name="Network">The network, in evaluation mode.</param>
/// <param name="Families">Families whose word is added to its own; null where there are none.</param>
internal readonly record struct TrainedNetwork(string Kind, LocalizationNetwork Network, ProteinFamilies? Families);
