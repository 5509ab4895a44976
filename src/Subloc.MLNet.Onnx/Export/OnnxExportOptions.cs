using Microsoft.ML;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>Settings for the export of a trained network.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Numbers that the exported network calculates with. Default <see cref="OnnxPrecision.Float32"/>, which gives the scores of training's own.</summary>
    public OnnxPrecision Precision { get; init; }

    /// <summary>
    /// Proteins on which an <see cref="OnnxPrecision.Int8"/> export measures how large features are: what the pipeline reads, such as those it
    /// was trained on. Labels are not looked at; of many, the first <see cref="CalibrationCount"/> are read. Default none.
    /// </summary>
    public IDataView? Calibration { get; init; }

    /// <summary>Proteins of <see cref="Calibration"/> that are read at most. Default 256; at least 1.</summary>
    public int CalibrationCount { get; init; } = 256;

    internal OnnxExportOptions Validate()
    {
        if (!Enum.IsDefined(Precision))
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, "The precision must be Float32 or Int8.");
        ArgumentOutOfRangeException.ThrowIfLessThan(CalibrationCount, 1);
        return Precision == OnnxPrecision.Int8 && Calibration is null
            ? throw new ArgumentException($"An export in {OnnxPrecision.Int8} needs proteins to measure features on; set {nameof(Calibration)}.", nameof(Calibration))
            : this;
    }
}
