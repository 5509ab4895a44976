namespace Subloc.MLNet.Explanation;

/// <summary>Settings of a scan of substitutions.</summary>
public sealed record SubstitutionScanOptions
{
    /// <summary>Positions to exchange, from 1. Default null: all that the model reads.</summary>
    public IReadOnlyList<int>? Positions { get; init; }

    /// <summary>Effects to keep, the largest ones. Default 20; at least 1.</summary>
    public int Top { get; init; } = 20;

    /// <summary>Whether to keep only mutants that another class is predicted for. Default false.</summary>
    public bool OnlyClassChanges { get; init; }

    /// <summary>Ends the work when cancelled. Default none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal SubstitutionScanOptions Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Top, 1);
        if (Positions is { Count: 0 })
            throw new ArgumentOutOfRangeException(nameof(Positions), "Positions must be null or name at least one position.");
        return this;
    }
}
