using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Persistence;

/// <summary>A user's own network: the mean of the residues, through two layers.</summary>
[ProteinNetwork("average-of-residues")]
public sealed record OwnNetworkConfig : NetworkConfig
{
    public int Width { get; init; } = 4;

    /// <summary>Whether it promises an attention, which it does not give.</summary>
    public bool Attends { get; init; }

    public override bool GivesAttention => Attends;

    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape) => new Network(this, shape);

    private sealed class Network : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layers;

        public Network(OwnNetworkConfig config, NetworkShape shape)
            : base(nameof(OwnNetworkConfig))
        {
            _layers = nn.Sequential(nn.Linear(shape.Channels, config.Width), nn.ReLU(), nn.Linear(config.Width, shape.Classes));
            RegisterComponents();
        }

        public override Tensor forward(Tensor channels, Tensor mask)
        {
            using var scope = NewDisposeScope();
            var mean = channels.sum(2L) / mask.sum(1L).unsqueeze(1); // [B, D]
            return _layers.forward(mean).MoveToOuterDisposeScope();
        }
    }
}
