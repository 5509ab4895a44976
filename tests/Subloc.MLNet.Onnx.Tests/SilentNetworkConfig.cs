using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>A user's own network that does not say how it is exported.</summary>
[ProteinNetwork("own-silent")]
public sealed record SilentNetworkConfig : NetworkConfig
{
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape) => new SilentNetwork(shape);

    private sealed class SilentNetwork : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _classes;

        public SilentNetwork(NetworkShape shape)
            : base(nameof(SilentNetwork))
        {
            _classes = nn.Linear(shape.Channels, shape.Classes);
            RegisterComponents();
        }

        public override Tensor forward(Tensor channels, Tensor mask) => _classes.forward(channels.mean([2L]));
    }
}
