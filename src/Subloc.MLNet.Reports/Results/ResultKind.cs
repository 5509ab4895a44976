namespace Subloc.MLNet.Reports.Results;

/// <summary>What a result is of.</summary>
public enum ResultKind
{
    /// <summary>A cross-validation: a network trained and measured once for each fold.</summary>
    CrossValidation,

    /// <summary>A model measured on labelled proteins.</summary>
    Evaluation,

    /// <summary>Predictions of proteins whose compartment is not known.</summary>
    Prediction,
}
