using Subloc.MLNet.Families;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>A named network with the settings it is trained with.</summary>
/// <param name="Name">Name of the preset.</param>
/// <param name="Config">Shape of the network.</param>
/// <param name="BatchSize">Proteins of a training batch.</param>
/// <param name="MaxEpochs">Passes over the training rows at most, early stopping aside.</param>
public sealed record NetworkPreset(string Name, NetworkConfig Config, int BatchSize, int MaxEpochs)
{
    /// <summary>Families of training proteins beside the network. Default null: none.</summary>
    public FamilyOptions? Families { get; init; }
}
