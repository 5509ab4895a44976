namespace Subloc.MLNet.Explanation;

/// <summary>Settings of an explanation.</summary>
public sealed record ExplanationOptions
{
    /// <summary>How the importance of residues is found. Default <see cref="ExplanationMethod.Auto"/>, the best that the model offers.</summary>
    public ExplanationMethod Method { get; init; } = ExplanationMethod.Auto;

    /// <summary>The class to explain. Default null: the predicted one of each protein.</summary>
    public string? ClassName { get; init; }

    /// <summary>Steps of integrated gradients. Default 64; at least 1. More of them come closer to completeness.</summary>
    public int Steps { get; init; } = 64;

    /// <summary>Residues that are looked at together. Default 7; at least 1. Windows at both ends are shorter.</summary>
    /// <remarks>Occlusion hides as many at once; integrated gradients share what each accounts for among as many. 1 tells neighbours apart, and is less sure of stretches.</remarks>
    public int Window { get; init; } = 7;

    /// <summary>Residues from one window of occlusion to the next. Default 1; at least 1, at most <see cref="Window"/>.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Ends the work when cancelled. Default none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal ExplanationOptions Validate()
    {
        if (!Enum.IsDefined(Method))
            throw new ArgumentOutOfRangeException(nameof(Method), Method, "Method must be Auto, Attention, IntegratedGradients or Occlusion.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        if (Stride > Window)
            throw new ArgumentOutOfRangeException(nameof(Stride), Stride, $"Stride must be at most Window, {Window}, so that windows leave no residue out.");
        return this;
    }
}
