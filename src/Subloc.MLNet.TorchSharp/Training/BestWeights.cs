using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>A copy of a network's weights and running statistics, taken at its best epoch.</summary>
internal sealed class BestWeights(nn.Module network)
{
    private readonly Dictionary<string, Tensor> _copies = [];

    /// <summary>Copies the present weights over the ones kept before.</summary>
    public void Keep()
    {
        using var noGradient = no_grad();
        foreach ((string name, Tensor value) in network.state_dict())
        {
            if (_copies.TryGetValue(name, out Tensor? copy))
                copy.copy_(value);
            else
                _copies[name] = value.detach().clone();
        }
    }

    /// <summary>Puts the kept weights back into the network.</summary>
    public void Restore()
    {
        using var noGradient = no_grad();
        foreach ((string name, Tensor value) in network.state_dict())
            value.copy_(_copies[name]);
    }
}
