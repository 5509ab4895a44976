using System.Reflection;
using Subloc.MLNet.Onnx.Scoring;

namespace Subloc.MLNet.Pretrained;

/// <summary>The models in this assembly.</summary>
internal static class PretrainedModel
{
    private static readonly Assembly _assembly = typeof(PretrainedModel).Assembly;

    /// <summary>What a model is called in messages and results.</summary>
    public static string NameOf(PretrainedQuality quality) => quality == PretrainedQuality.Best ? "the pretrained model" : "the fast pretrained model";

    /// <summary>Which models there are.</summary>
    public static IReadOnlyList<PretrainedQuality> Qualities { get; } =
        [.. Enum.GetValues<PretrainedQuality>().Where(quality => _assembly.GetManifestResourceInfo(FileName(quality)) is not null)];

    /// <summary>Reads a model.</summary>
    /// <exception cref="NotSupportedException">This version does not ship it.</exception>
    public static OnnxModelContent Read(PretrainedQuality quality)
    {
        using Stream stream = _assembly.GetManifestResourceStream(FileName(quality)) ?? throw new NotSupportedException(
            $"This version ships no pretrained model of the quality '{quality}'; use {string.Join(" or ", Qualities)}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new OnnxModelContent(bytes, NameOf(quality));
    }

    private static string FileName(PretrainedQuality quality) => quality == PretrainedQuality.Best ? "subloc.onnx" : "subloc-fast.onnx";
}
