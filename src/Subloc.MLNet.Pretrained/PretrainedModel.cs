using Subloc.MLNet.Onnx.Scoring;

namespace Subloc.MLNet.Pretrained;

/// <summary>The models in this assembly.</summary>
internal static class PretrainedModel
{
    /// <summary>What a model is called in messages and results.</summary>
    public static string NameOf(PretrainedQuality quality) => quality == PretrainedQuality.Fast ? "the pretrained model" : "the best pretrained model";

    /// <summary>Reads a model.</summary>
    public static OnnxModelContent Read(PretrainedQuality quality)
    {
        using Stream stream = typeof(PretrainedModel).Assembly.GetManifestResourceStream(quality == PretrainedQuality.Fast ? "subloc.onnx" : "subloc-best.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new OnnxModelContent(bytes, NameOf(quality));
    }
}
