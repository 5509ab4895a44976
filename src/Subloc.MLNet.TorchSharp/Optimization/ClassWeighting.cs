namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>How much a training row counts, by the frequency of its class.</summary>
public enum ClassWeighting
{
    /// <summary>Every row counts 1.</summary>
    None,

    /// <summary>n / (k n_c) for n rows, k classes that occur, and n_c rows of the class: all classes count the same together.</summary>
    Balanced,

    /// <summary>
    /// In proportion to (1 - beta) / (1 - beta^n_c), between the two others: Cui et al., "Class-Balanced Loss Based on Effective
    /// Number of Samples", CVPR 2019. Scaled so that a training row counts 1 on average.
    /// </summary>
    EffectiveNumber,
}
