using System.Text.Json.Serialization;
using Subloc.MLNet.Sequences;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="FamilyNet"/>.</summary>
[ProteinNetwork("families")]
public sealed record FamilyNetConfig : NetworkConfig
{
    /// <summary>Families that the network knows at most. Default 3000; at least 1.</summary>
    public int Families { get; init; } = 3000;

    /// <summary>Residues of a family's stretch. Default 24; 8 to 64.</summary>
    public int Width { get; init; } = 24;

    /// <summary>Points of BLOSUM62 up to which a likeness says nothing. Default 40; above 0.</summary>
    public double Threshold { get; init; } = 40;

    /// <summary>Points above <see cref="Threshold"/> from which on the nearest family speaks with its full weight. Default 10; above 0.</summary>
    public double Full { get; init; } = 10;

    /// <summary>What a family's word, in log-odds, is multiplied with. Default 1.5, for an average with three other networks; above 0.</summary>
    public double Weight { get; init; } = 1.5;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsOneHot => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        return checked(((long)Families * ((Alphabet.ResidueCount * Width) + shape.Classes)) + shape.Classes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    /// <exception cref="ArgumentException">The channels are not 20.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        shape.Validate();
        return shape.Channels == Alphabet.ResidueCount
            ? new FamilyNet(this, shape)
            : throw new ArgumentException("The network 'families' compares residues, and these channels are not one-hot.", nameof(shape));
    }

    internal FamilyNetConfig Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Families, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Width, 64);
        NetworkChecks.Positive(Threshold, nameof(Threshold));
        NetworkChecks.Positive(Full, nameof(Full));
        NetworkChecks.Positive(Weight, nameof(Weight));
        return this;
    }
}
