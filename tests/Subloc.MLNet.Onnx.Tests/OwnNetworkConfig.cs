using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>A user's own network: residues weighted by attention, which it exports.</summary>
[ProteinNetwork("own-attention")]
public sealed record OwnNetworkConfig : NetworkConfig
{
    /// <summary>Whether it needs inputs of the full length.</summary>
    public bool IsFixed { get; init; }

    public override bool NeedsFixedLength => IsFixed;

    public override bool GivesAttention => true;

    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape) => new Network(shape);

    private sealed class Network : nn.Module<Tensor, Tensor, Tensor>, IAttentionNetwork, IOnnxNetwork
    {
        private readonly Linear _weight;
        private readonly Linear _classes;

        public Network(NetworkShape shape)
            : base(nameof(OwnNetworkConfig))
        {
            _weight = nn.Linear(shape.Channels, 1);
            _classes = nn.Linear(shape.Channels, shape.Classes);
            RegisterComponents();
        }

        public override Tensor forward(Tensor channels, Tensor mask)
        {
            using var scope = NewDisposeScope();
            return ForwardWithAttention(channels, mask).Logits.MoveToOuterDisposeScope();
        }

        public (Tensor Logits, Tensor Attention) ForwardWithAttention(Tensor channels, Tensor mask)
        {
            using var scope = NewDisposeScope();
            var residues = channels.transpose(1, 2);                                                      // [B, L, D]
            var attention = _weight.forward(residues).squeeze(2).masked_fill(mask.logical_not(), -1e9f).softmax(1); // [B, L]
            var logits = _classes.forward(residues.mul(attention.unsqueeze(2)).sum(1L));                  // [B, C]
            return (logits.MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
        }

        public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
        {
            var residues = graph.Transpose(channels, 0, 2, 1);                                            // [B, L, D]
            var weights = graph.Squeeze(graph.MatMul(residues, graph.Transpose(graph.Weights(_weight.weight!), 1, 0)), 2);
            var known = graph.Add(weights, graph.Weights(_weight.bias!));
            var attention = graph.Softmax(graph.Where(graph.Cast(mask, OnnxType.Bool), known, graph.Constant(-1e9f))); // [B, L]
            var mean = graph.ReduceSum(graph.Mul(residues, graph.Unsqueeze(attention, 2)), [1]);          // [B, D]
            return new OnnxScores(graph.Linear(mean, graph.Weights(_classes.weight!), graph.Weights(_classes.bias!)), attention);
        }
    }
}
