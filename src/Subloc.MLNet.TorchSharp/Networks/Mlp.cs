using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>The mean over a protein's positions, and fully connected layers on it.</summary>
/// <remarks>Meant for the mean embedding of a language model, which is one position; of channels or tokens it takes the mean itself.</remarks>
public sealed class Mlp : nn.Module<Tensor, Tensor, Tensor>, IOnnxNetwork
{
    [ComponentName(Name = "head")]
    private readonly ClassificationHead _head;

    internal Mlp(MlpConfig config, NetworkShape shape)
        : base(nameof(Mlp))
    {
        _head = new ClassificationHead(shape.Channels, config.Hidden, config.Dropout, shape.Classes);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues.</param>
    /// <returns>Logits [B, C], float32.</returns>
    public override Tensor forward(Tensor channels, Tensor mask)             // [B, D, L], bool [B, L]
    {
        using var scope = NewDisposeScope();
        var average = channels.sum(-1L) / new PositionMask(mask).Lengths();  // [B, D]
        return _head.forward(average).MoveToOuterDisposeScope();             // [B, C]
    }

    /// <inheritdoc/>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var average = OnnxPositions.Of(graph, mask).Average(graph.Unsqueeze(channels, 2)); // [B, D]
        return new OnnxScores(_head.Export(graph, average));                 // [B, C]
    }
}
