namespace Subloc.MLNet.Explanation;

/// <summary>Settings of an explanation.</summary>
public sealed record ExplanationOptions
{
    /// <summary>How the importance of residues is found. Default <see cref="ExplanationMethod.Auto"/>, the best that the model offers.</summary>
    public ExplanationMethod Method { get; init; } = ExplanationMethod.Auto;

    /// <summary>The class to explain. Default null: the predicted one of each protein.</summary>
    public string? ClassName { get; init; }

    /// <summary>Random proteins that a protein is compared with, of its length. Default 10; 0 to 100. With 0 it is one of unknown residues (X).</summary>
    /// <remarks>
    /// Integrated gradients begin at each of them, occlusion takes a window's residues from one after the other. They have the residue
    /// frequencies of Swiss-Prot and are the same for all proteins of a length. Networks hardly ever learn what unknown residues are, so that
    /// importance against those is less sure.
    /// </remarks>
    public int Baselines { get; init; } = 10;

    /// <summary>Steps of integrated gradients, from each baseline. Default 16; at least 1. More of them come closer to completeness.</summary>
    public int Steps { get; init; } = 16;

    /// <summary>Residues that are looked at together. Default 7; at least 1. Windows at both ends are shorter.</summary>
    /// <remarks>Occlusion replaces as many at once; integrated gradients share what each accounts for among as many. 1 tells neighbours apart, and is less sure of stretches.</remarks>
    public int Window { get; init; } = 7;

    /// <summary>Residues from one window of occlusion to the next. Default 1; at least 1, at most <see cref="Window"/>.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Ends the work when cancelled. Default none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal ExplanationOptions Validate()
    {
        if (!Enum.IsDefined(Method))
            throw new ArgumentOutOfRangeException(nameof(Method), Method, "Method must be Auto, Attention, IntegratedGradients or Occlusion.");
        ArgumentOutOfRangeException.ThrowIfNegative(Baselines);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Baselines, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        if (Stride > Window)
            throw new ArgumentOutOfRangeException(nameof(Stride), Stride, $"Stride must be at most Window, {Window}, so that windows leave no residue out.");
        return this;
    }
}
