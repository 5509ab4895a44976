using Microsoft.ML;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>Settings of <c>ExportToOnnx</c>.</summary>
public sealed record ProteinOnnxExportOptions
{
    /// <summary>How the file keeps its weights, but for those that calculate as bytes and are kept so. Default 32 bits each.</summary>
    public WeightStorage Weights { get; init; }

    /// <summary>
    /// What logits are divided by before the softmax, as <c>TemperatureScaling</c> fits it. Above 1 makes probabilities less sure, below 1
    /// surer; the order of the classes stays. Default 1; 0.01 to 100.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// What is added to each class's logit before the temperature, as <c>ClassOffsets</c> fits it; as many as there are classes. Default empty: nothing.
    /// </summary>
    public IReadOnlyList<double> ClassOffsets { get; init; } = [];

    /// <summary>What users should know of the model, stored in the file. Default none.</summary>
    public ModelCard? Card { get; init; }

    /// <summary>Numbers that the exported network calculates with. Default <see cref="OnnxPrecision.Float32"/>, which gives the scores of training's own.</summary>
    public OnnxPrecision Precision { get; init; }

    /// <summary>
    /// Proteins on which an <see cref="OnnxPrecision.Int8"/> export measures how large features are: what the pipeline reads, such as those it
    /// was trained on. Labels are not looked at; of many, the first <see cref="CalibrationCount"/> are read. Default none.
    /// </summary>
    public IDataView? Calibration { get; init; }

    /// <summary>Proteins of <see cref="Calibration"/> that are read at most. Default 256; at least 1.</summary>
    public int CalibrationCount { get; init; } = 256;

    internal ProteinOnnxExportOptions Validate()
    {
        if (!Enum.IsDefined(Precision))
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, "The precision must be Float32 or Int8.");
        ArgumentOutOfRangeException.ThrowIfLessThan(CalibrationCount, 1);
        if (Precision == OnnxPrecision.Int8 && Calibration is null)
            throw new ArgumentException($"An export in {OnnxPrecision.Int8} needs proteins to measure features on; set {nameof(Calibration)}.", nameof(Calibration));
        if (!Enum.IsDefined(Weights))
            throw new ArgumentOutOfRangeException(nameof(Weights), Weights, "Weights must be Float32, Int16 or Int8.");
        ArgumentNullException.ThrowIfNull(ClassOffsets);
        if (!ClassOffsets.All(double.IsFinite))
            throw new ArgumentOutOfRangeException(nameof(ClassOffsets), "Each offset of a class must be a finite number.");
        if (Temperature is not (>= 0.01 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "Temperature must be from 0.01 to 100.");
        return this;
    }
}
