using Microsoft.ML;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Scoring;

namespace Subloc.MLNet.TorchSharp;

/// <summary>Exports trained models to ONNX, for programs without libtorch.</summary>
public static class ProteinModelExport
{
    /// <summary>Writes the network of a pipeline as an ONNX file, which alone is enough to score proteins.</summary>
    /// <param name="model">A pipeline as fitted or loaded, with a <see cref="ProteinNetworkTransformer"/> and, before it, its encoding.</param>
    /// <param name="path">The file; it appears when it is whole.</param>
    /// <remarks>
    /// What the file holds, and the inputs and outputs of its graph, is told at <see cref="Onnx.OnnxModelInfo"/>. Its numbers are float32, unless
    /// the options say otherwise, also where the network was trained in bfloat16. Without an encoding before it, a network of tokens is said to keep both ends of long sequences.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The pipeline has no protein network.</exception>
    /// <exception cref="NotSupportedException">The network is of your own, and its module does not implement <see cref="IOnnxNetwork"/>.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void ExportToOnnx(this ITransformer model, string path) => model.ExportToOnnx(path, new ProteinOnnxExportOptions());

    /// <summary>Writes the network of a pipeline as an ONNX file, with settings.</summary>
    /// <param name="model">A pipeline as fitted or loaded.</param>
    /// <param name="path">The file; it appears when it is whole.</param>
    /// <param name="options">How weights are stored, temperature, model card, precision.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or the calibration's columns are not those that the pipeline reads.</exception>
    /// <exception cref="ArgumentException">The precision needs proteins, and there are none, or does not go with the weights.</exception>
    /// <inheritdoc cref="ExportToOnnx(ITransformer, string)" path="/exception"/>
    public static void ExportToOnnx(this ITransformer model, string path, ProteinOnnxExportOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ToOnnx(model, options).Save(path);
    }

    /// <summary>Writes the network of a pipeline as the content of an ONNX file.</summary>
    /// <param name="model">A pipeline as fitted or loaded.</param>
    /// <param name="stream">Receives the content.</param>
    /// <inheritdoc cref="ExportToOnnx(ITransformer, string)"/>
    public static void ExportToOnnx(this ITransformer model, Stream stream) => model.ExportToOnnx(stream, new ProteinOnnxExportOptions());

    /// <summary>Writes the network of a pipeline as the content of an ONNX file, with settings.</summary>
    /// <param name="model">A pipeline as fitted or loaded.</param>
    /// <param name="stream">Receives the content.</param>
    /// <param name="options">How weights are stored, temperature, model card, precision.</param>
    /// <inheritdoc cref="ExportToOnnx(ITransformer, string, ProteinOnnxExportOptions)" path="/exception"/>
    public static void ExportToOnnx(this ITransformer model, Stream stream, ProteinOnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ToOnnx(model, options).Write(stream);
    }

    /// <summary>Writes the average of several networks as one ONNX file: their logits are averaged, which is more right than most of them.</summary>
    /// <remarks>The attention of the average is the mean of those networks that have one. What all have in common is calculated once.</remarks>
    /// <param name="models">Pipelines as fitted or loaded, such as trainings that differ in their seeds.</param>
    /// <param name="path">The file; it appears when it is whole.</param>
    /// <param name="options">How weights are stored, temperature, model card, precision; the first pipeline reads the calibration.</param>
    /// <exception cref="ArgumentException">There is no model, or the models differ in compartments, length, encoding or families.</exception>
    /// <inheritdoc cref="ExportToOnnx(ITransformer, string, ProteinOnnxExportOptions)" path="/exception"/>
    public static void ExportAverageToOnnx(IReadOnlyList<ITransformer> models, string path, ProteinOnnxExportOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ToOnnx(models, options).Save(path);
    }

    /// <summary>Writes the average of several networks as the content of an ONNX file.</summary>
    /// <param name="models">Pipelines as fitted or loaded, such as trainings that differ in their seeds.</param>
    /// <param name="stream">Receives the content.</param>
    /// <param name="options">How weights are stored, temperature, model card, precision; the first pipeline reads the calibration.</param>
    /// <inheritdoc cref="ExportAverageToOnnx(IReadOnlyList{ITransformer}, string, ProteinOnnxExportOptions)" path="/exception"/>
    public static void ExportAverageToOnnx(IReadOnlyList<ITransformer> models, Stream stream, ProteinOnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ToOnnx(models, options).Write(stream);
    }

    private static OnnxGraph ToOnnx(IReadOnlyList<ITransformer> models, ProteinOnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (models.Count == 0)
            throw new ArgumentException("Name at least one model to export.", nameof(models));

        NetworkInPipeline[] found = [.. models.Select(NetworkInPipeline.Find)];
        NetworkInPipeline first = found[0];
        for (int i = 1; i < found.Length; i++)
        {
            if (first.DifferenceFrom(found[i]) is { } difference)
                throw new ArgumentException($"Model {i + 1} cannot be averaged with the first one, because it has {difference}.", nameof(models));
        }

        int classes = first.Model.ClassNames.Count;
        if (options.ClassOffsets.Count > 0 && options.ClassOffsets.Count != classes)
            throw new ArgumentException($"There are {options.ClassOffsets.Count} offsets for {classes} classes; give one for each.", nameof(options));

        using ProteinSet? calibration = first.ReadCalibration(options);
        return first.Model.ToOnnx([.. found.Skip(1).Select(one => one.Model)], first.Encoding, first.Keep, options, calibration);
    }

    private static OnnxGraph ToOnnx(ITransformer model, ProteinOnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ToOnnx([model], options);
    }
}
