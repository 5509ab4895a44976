using Subloc.MLNet.Batching;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>A trained network: weights, class names and how it was trained.</summary>
public sealed class ProteinNetworkModel : IProteinScorer, IDisposable
{
    private readonly nn.Module<Tensor, Tensor, Tensor> _network;
    private readonly Lock _use = new();
    private NetworkScorer _scorer;
    private int _users;
    private bool _isDisposed;

    internal ProteinNetworkModel(ModelManifest manifest, NetworkConfig config, nn.Module<Tensor, Tensor, Tensor> network, Device device)
    {
        Manifest = manifest;
        _network = network;
        Shape = new NetworkShape(manifest.Channels, manifest.Length, manifest.ClassNames.Count);
        Config = config;
        _scorer = new NetworkScorer(network, Shape, config.NeedsFixedLength, device);
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

    /// <summary>
    /// Ends the reading of scored views when cancelled: their cursors throw <see cref="OperationCanceledException"/>. Asked before each
    /// batch, where who reads the rows can only ask before each block. Default none.
    /// </summary>
    public CancellationToken ScoringCancellation { get; set; }

    /// <summary>Number of values that training adjusts.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public long ParameterCount
    {
        get
        {
            long count = 0;
            Use(() => count = Layers.ParameterCount.Trained(_network));
            return count;
        }
    }

    /// <summary>Moves the network to another device.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Not while another thread scores.</param>
    /// <exception cref="ArgumentOutOfRangeException">The name is none of these.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU.</exception>
    public void MoveTo(string device)
    {
        Device target = ComputeDevice.Find(device);
        Use(() =>
        {
            _network.to(target);
            _scorer = new NetworkScorer(_network, Shape, Config.NeedsFixedLength, target);
        });
    }

    /// <summary>Frees the weights once no thread scores any more; the model cannot score afterwards.</summary>
    public void Dispose()
    {
        lock (_use)
        {
            if (!_isDisposed && _users == 0)
                _network.Dispose();
            _isDisposed = true;
        }
    }

    int IProteinScorer.AttentionLength => 0;

    void IProteinScorer.Score(ProteinSet proteins, ProteinScores scores, Func<bool>? isCancelled) =>
        Use(() => _scorer.Score(proteins, [.. Enumerable.Range(0, proteins.Count)], scores.Probabilities, isCancelled));

    /// <summary>Reads the weights and running statistics by name.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal void ReadWeights(Action<IReadOnlyDictionary<string, Tensor>> read) => Use(() => read(_network.state_dict()));

    // Weights that another thread is reading must not be freed: libtorch would end the process.
    private void Use(Action action)
    {
        lock (_use)
        {
            if (_isDisposed)
                throw new ObjectDisposedException(nameof(ProteinNetworkModel), "The model was disposed; note that a PredictionEngine disposes its model unless it is made with OwnsTransformer = false.");
            _users++;
        }

        try
        {
            action();
        }
        finally
        {
            lock (_use)
            {
                if (--_users == 0 && _isDisposed)
                    _network.Dispose();
            }
        }
    }
}
