using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="DeepLoc"/>.</summary>
[ProteinNetwork("deeploc")]
public sealed record DeepLocConfig : NetworkConfig
{
    /// <summary>Widths of the convolutions that read the residues side by side. Default 1, 3, 5, 9, 15, 21; each at least 1.</summary>
    public IReadOnlyList<int> Kernels { get; init; } = [1, 3, 5, 9, 15, 21];

    /// <summary>Filters of each of them. Default 20; at least 1.</summary>
    public int Filters { get; init; } = 20;

    /// <summary>Filters of the convolution of width three that joins them. Default 128; at least 1.</summary>
    public int JoinedFilters { get; init; } = 128;

    /// <summary>Units of the LSTM in each direction; the decoder has twice as many. Default 256; at least 1.</summary>
    public int LstmUnits { get; init; } = 256;

    /// <summary>Units in which the attention compares positions with the decoder's state. Default 256; at least 1.</summary>
    public int AttentionUnits { get; init; } = 256;

    /// <summary>Times that the decoder looks at the protein. Default 4, where the paper has 10; at least 1.</summary>
    public int AttentionSteps { get; init; } = 4;

    /// <summary>Units of the fully connected layers before the last. Default 512; each at least 1; may be empty.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [512];

    /// <summary>Share of the hidden units dropped in training. Default 0.5; at least 0, below 1.</summary>
    /// <remarks>Applied after each hidden layer but the last; after the only one when there is one.</remarks>
    public double Dropout { get; init; } = 0.5;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool AllowsBFloat16 => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool GivesAttention => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        long states = 2L * LstmUnits, count = 0;
        foreach (int kernel in Kernels)
            count = checked(count + WeightCount.Convolution(shape.Channels, Filters, kernel));

        return checked(count + WeightCount.Convolution((long)Kernels.Count * Filters, JoinedFilters, DeepLoc.JoiningKernel)
            + 2 * WeightCount.Lstm(JoinedFilters, LstmUnits)
            + WeightCount.Convolution(states, AttentionUnits, 1) + (states + 1) * AttentionUnits
            + WeightCount.Convolution(2 * states, 4 * states, 1) + WeightCount.Head(states, Hidden, shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new DeepLoc(Validate(), shape.Validate());
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(DeepLocConfig? other) => other is not null
        && Kernels.SequenceEqual(other.Kernels) && Filters == other.Filters && JoinedFilters == other.JoinedFilters
        && LstmUnits == other.LstmUnits && AttentionUnits == other.AttentionUnits && AttentionSteps == other.AttentionSteps
        && Hidden.SequenceEqual(other.Hidden) && Dropout.Equals(other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Kernels.Count, Filters, JoinedFilters, LstmUnits, AttentionUnits, AttentionSteps, Hidden.Count, Dropout);

    internal DeepLocConfig Validate()
    {
        NetworkChecks.Widths(Kernels, nameof(Kernels), atLeast: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Filters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(JoinedFilters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LstmUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AttentionUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AttentionSteps, 1);
        NetworkChecks.Widths(Hidden, nameof(Hidden), atLeast: 0);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
