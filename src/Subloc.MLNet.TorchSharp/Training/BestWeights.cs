using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>A copy of a network's weights and running statistics, taken at its best epoch.</summary>
internal sealed class BestWeights
{
    private readonly nn.Module _network;
    private readonly Dictionary<string, Tensor> _copies = [];

    /// <param name="network">The network, whose present weights are copied first.</param>
    public BestWeights(nn.Module network)
    {
        _network = network;
        using var noGradient = no_grad();
        foreach ((string name, Tensor value) in network.state_dict())
            _copies[name] = value.clone();
    }

    /// <summary>The copies by name, to be read from and written into.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _copies;

    /// <summary>Copies the present weights over the ones kept before.</summary>
    public void Keep()
    {
        using var noGradient = no_grad();
        foreach ((string name, Tensor value) in _network.state_dict())
            _copies[name].copy_(value);
    }

    /// <summary>Puts the kept weights back into the network.</summary>
    public void Restore()
    {
        using var noGradient = no_grad();
        foreach ((string name, Tensor value) in _network.state_dict())
            value.copy_(_copies[name]);
    }
}
