using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>Settings of <c>ExportToOnnx</c>.</summary>
public sealed record ProteinOnnxExportOptions
{
    /// <summary>How the file keeps its weights. Default 32 bits each.</summary>
    public WeightStorage Weights { get; init; }

    /// <summary>
    /// What logits are divided by before the softmax, as <c>TemperatureScaling</c> fits it. Above 1 makes probabilities less sure, below 1
    /// surer; the order of the classes stays. Default 1; 0.01 to 100.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What users should know of the model, stored in the file. Default none.</summary>
    public ModelCard? Card { get; init; }

    internal ProteinOnnxExportOptions Validate()
    {
        if (!Enum.IsDefined(Weights))
            throw new ArgumentOutOfRangeException(nameof(Weights), Weights, "Weights must be Float32 or Int16.");
        if (Temperature is not (>= 0.01 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "Temperature must be from 0.01 to 100.");
        return this;
    }
}
