namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>How well the validation rows are predicted.</summary>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
/// <param name="Accuracy">Share predicted rightly, 0 to 1.</param>
/// <param name="MacroF1">Mean F1 of the classes that occur, 0 to 1.</param>
/// <param name="Gorodkin">Gorodkin's correlation, -1 to 1.</param>
internal sealed record ValidationResult(double Loss, double Accuracy, double MacroF1, double Gorodkin);
