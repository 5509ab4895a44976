using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Settings for <see cref="ProteinFamilyTrainer"/>.</summary>
public sealed record ProteinFamilyOptions
{
    /// <summary>Key column with the compartment, or <c>Vector&lt;Single&gt;</c> with shares of several. Default Label.</summary>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Encoded protein as tokens. Default Features.</summary>
    public string FeatureColumnName { get; init; } = ColumnNames.Features;

    /// <summary>How many families there are, and how they speak.</summary>
    public FamilyNetConfig Network { get; init; } = new();

    /// <summary>Where the model computes scores: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads that search; the families do not depend on it. Default 0, which takes all processors; at least 0.</summary>
    public int Threads { get; init; }

    /// <summary>Ends the search. Default none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal ProteinFamilyOptions Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(FeatureColumnName);
        ArgumentNullException.ThrowIfNull(Network);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        Network.Validate();
        return this;
    }
}
