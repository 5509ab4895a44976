using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Fully connected layers on numbers that describe the whole protein: composition, properties in windows, counts of known motifs.</summary>
/// <remarks>
/// Compositions of the whole and of the ends are what localization was first predicted from (Nakashima and Nishikawa, J. Mol. Biol. 238 (1994),
/// 54-61; Horton et al., WoLF PSORT, Nucleic Acids Res. 35 (2007), W585-W587). It learns in minutes, and errs differently than networks that
/// read the residues, so that an average with one of these is right more often than either. Several heads stand side by side and learn each for
/// itself; the mean of their logits scores.
/// </remarks>
public sealed class DescriptorNet : nn.Module<Tensor, Tensor, Tensor>, IOnnxNetwork
{
    [ComponentName(Name = "descriptors")]
    private readonly SequenceDescriptors _descriptors;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    [ComponentName(Name = "heads")]
    private readonly ModuleList<ClassificationHead> _heads;

    internal DescriptorNet(DescriptorNetConfig config, NetworkShape shape)
        : base(nameof(DescriptorNet))
    {
        _descriptors = new SequenceDescriptors();
        _dropout = nn.Dropout(config.DescriptorDropout);
        _heads = new ModuleList<ClassificationHead>([.. Enumerable.Range(0, config.Heads).Select(_ =>
            new ClassificationHead(SequenceDescriptors.Count, [config.Hidden], config.Dropout, shape.Classes))]);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">One-hot channels [B, 20, L], float32 or bfloat16; any L; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>Logits [B, C], float32; in training those of all H heads, [H B, C].</returns>
    public override Tensor forward(Tensor channels, Tensor mask)                 // [B, 20, L], bool [B, L]
    {
        using var scope = NewDisposeScope();
        var numbers = _descriptors.forward(channels, mask);                      // [B, F]
        Tensor[] logits = [.. _heads.Select(head => head.forward(_dropout.forward(numbers)))]; // H of [B, C]
        return (training ? cat(logits) : stack(logits).mean([0])).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var numbers = _descriptors.Export(graph, channels, mask);                // [B, F]
        var sum = _heads.Select(head => head.Export(graph, numbers)).Aggregate(graph.Add); // [B, C]
        return new OnnxScores(graph.Div(sum, graph.Constant((float)_heads.Count)));
    }
}
