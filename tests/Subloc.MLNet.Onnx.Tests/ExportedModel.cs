using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>A model exported to ONNX, and ONNX Runtime to run it.</summary>
internal sealed class ExportedModel : IDisposable
{
    private readonly InferenceSession _session;

    public ExportedModel(ITransformer model, ProteinOnnxExportOptions? settings = null)
        : this(Export(model, settings ?? new ProteinOnnxExportOptions()))
    {
    }

    public ExportedModel(byte[] content, bool takesLongSums = false)
    {
        Content = content;
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        if (takesLongSums)
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
        _session = new InferenceSession(Content, options);
    }

    /// <summary>The content of the file.</summary>
    public byte[] Content { get; }

    /// <summary>Scores proteins of tokens in one batch.</summary>
    /// <param name="proteins">The proteins.</param>
    /// <param name="extra">Padding beyond the longest of them.</param>
    /// <param name="output">Which of the model's outputs to give.</param>
    public float[][] Score(IReadOnlyList<byte[]> proteins, int extra = 0, string output = "probabilities")
    {
        int width = proteins.Max(protein => protein.Length) + extra;
        var tokens = new byte[proteins.Count * width];
        for (int i = 0; i < proteins.Count; i++)
            proteins[i].CopyTo(tokens, i * width);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(tokens, [proteins.Count, width]);
        return Run(["tokens"], [input], output);
    }

    /// <summary>Scores proteins of channels in one batch.</summary>
    /// <param name="proteins">Channels of each, [length, channels].</param>
    /// <param name="channels">Channels of a position.</param>
    /// <param name="extra">Padding beyond the longest of them; its features are not zero, as they are not to be read.</param>
    public float[][] Score(IReadOnlyList<float[]> proteins, int channels, int extra = 0)
    {
        int width = proteins.Max(protein => protein.Length) / channels + extra;
        var features = new float[proteins.Count * width * channels];
        var mask = new float[proteins.Count * width];
        Array.Fill(features, 3f);
        for (int i = 0; i < proteins.Count; i++)
        {
            proteins[i].CopyTo(features, i * width * channels);
            Array.Fill(mask, 1f, i * width, proteins[i].Length / channels);
        }

        using OrtValue first = OrtValue.CreateTensorValueFromMemory(features, [proteins.Count, width, channels]);
        using OrtValue second = OrtValue.CreateTensorValueFromMemory(mask, [proteins.Count, width]);
        return Run(["features", "mask"], [first, second], "probabilities");
    }

    /// <summary>Runs the model and gives one output, row by row.</summary>
    public float[][] Run(string[] names, OrtValue[] values, string output)
    {
        using var options = new RunOptions();
        using var results = _session.Run(options, names, values, [output]);
        long rows = results[0].GetTensorTypeAndShape().Shape[0];
        float[] all = results[0].GetTensorDataAsSpan<float>().ToArray();
        return [.. all.Chunk((int)(all.Length / rows))];
    }

    public void Dispose() => _session.Dispose();

    private static byte[] Export(ITransformer model, ProteinOnnxExportOptions settings)
    {
        using var stream = new MemoryStream();
        model.ExportToOnnx(stream, settings);
        return stream.ToArray();
    }
}
