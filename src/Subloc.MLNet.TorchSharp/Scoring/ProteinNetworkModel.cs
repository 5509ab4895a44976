using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>A trained network: weights, class names and how it was trained.</summary>
public sealed class ProteinNetworkModel : IDisposable
{
    private readonly nn.Module<Tensor, Tensor, Tensor> _network;

    internal ProteinNetworkModel(ModelManifest manifest, NetworkConfig config, nn.Module<Tensor, Tensor, Tensor> network, Device device)
    {
        Manifest = manifest;
        _network = network;
        Shape = new NetworkShape(manifest.Channels, manifest.Length, manifest.ClassNames.Count);
        Config = config;
        Scorer = new NetworkScorer(network, Shape, config.NeedsFixedLength, device);
    }

    /// <summary>Everything about the model but its weights.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Shape of the network.</summary>
    public NetworkConfig Config { get; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => Manifest.ClassNames;

    /// <summary>How the network was trained.</summary>
    public TrainingSummary Training => Manifest.Training;

    /// <summary>Sizes that the network was built for.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Number of values that training adjusts.</summary>
    public long ParameterCount => Layers.ParameterCount.Trained(_network);

    internal NetworkScorer Scorer { get; private set; }

    /// <summary>Moves the network to another device.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Not while another thread scores.</param>
    /// <exception cref="ArgumentOutOfRangeException">The name is none of these.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU.</exception>
    public void MoveTo(string device)
    {
        Device target = ComputeDevice.Find(device);
        _network.to(target);
        Scorer = new NetworkScorer(_network, Shape, Config.NeedsFixedLength, target);
    }

    /// <summary>Frees the weights; the model cannot score afterwards.</summary>
    public void Dispose() => _network.Dispose();

    /// <summary>Weights and running statistics by name.</summary>
    internal IReadOnlyDictionary<string, Tensor> Weights() => _network.state_dict();

    /// <summary>Builds the whole network for a configuration.</summary>
    internal static LocalizationNetwork Build(NetworkConfig config, NetworkShape shape, ResidueChannels? input) =>
        new(input, config.Build(shape));

    /// <summary>The layer that turns tokens into channels, and how many it makes.</summary>
    internal static ResidueChannels MakeInput(ResidueInput input, int embeddingSize) => new(input, embeddingSize);
}
