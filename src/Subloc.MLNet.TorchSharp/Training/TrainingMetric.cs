namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>What an epoch is judged by. Those of validation rows say nothing where there are none.</summary>
public enum TrainingMetric
{
    /// <summary>Mean cross-entropy over the validation rows; lower is better.</summary>
    ValidationLoss,

    /// <summary>Share of validation rows predicted rightly; higher is better.</summary>
    ValidationAccuracy,

    /// <summary>Mean F1 of the classes that occur in the validation rows; higher is better.</summary>
    ValidationMacroF1,

    /// <summary>Gorodkin's correlation over the validation rows; higher is better.</summary>
    ValidationGorodkin,

    /// <summary>Mean of what was minimised over the training rows; lower is better, but falls by learning by heart too.</summary>
    TrainingLoss,
}
