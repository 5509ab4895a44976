namespace Subloc.MLNet.Evaluation;

/// <summary>How well one compartment is recognised against all others.</summary>
public sealed record ClassMetrics
{
    /// <summary>Name of the compartment.</summary>
    public required string Name { get; init; }

    /// <summary>Rows that truly belong to it.</summary>
    public required int Count { get; init; }

    /// <summary>Rows that were predicted to belong to it.</summary>
    public required int PredictedCount { get; init; }

    /// <summary>Share of <see cref="PredictedCount"/> that is right, 0 to 1; 0 where nothing was predicted.</summary>
    public required double Precision { get; init; }

    /// <summary>Share of <see cref="Count"/> that was found, 0 to 1; 0 where there is no such row.</summary>
    public required double Recall { get; init; }

    /// <summary>Harmonic mean of precision and recall, 0 to 1; 0 where the class neither occurs nor is predicted.</summary>
    public required double F1 { get; init; }

    /// <summary>Matthews' correlation coefficient, -1 to 1; 0 where a denominator vanishes.</summary>
    /// <remarks>Matthews, Biochim. Biophys. Acta 405 (1975), 442-451.</remarks>
    public required double Mcc { get; init; }
}
