using Subloc.MLNet.Sequences;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Turns residue tokens into channels on the tokens' device, so that a protein travels as a byte a residue.</summary>
public sealed class ResidueChannels : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "embedding")]
    private readonly Embedding? _embedding;

    // At most one. In an array so that it is no buffer: models store those, and TorchSharp forgets the ones they need not store.
    private readonly Tensor[] _tables = [];

    /// <summary>Builds the layer.</summary>
    /// <param name="input">How tokens become channels.</param>
    /// <param name="embeddingSize">Channels of a learned embedding. Default 32; at least 1. The tables have twenty.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public ResidueChannels(ResidueInput input, int embeddingSize = 32)
        : base(nameof(ResidueChannels))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddingSize, 1);
        switch (input)
        {
            case ResidueInput.OneHot:
                _tables = [Table(Alphabet.OneHotTable)];
                break;
            case ResidueInput.Blosum62:
                _tables = [Table(Alphabet.Blosum62Table)];
                break;
            case ResidueInput.Embedding:
                _embedding = KerasInit.Embedding(Alphabet.TokenCount + 1, embeddingSize, Alphabet.Padding);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(input), input, "The input must be OneHot, Blosum62 or Embedding.");
        }

        Channels = _embedding is null ? Alphabet.ResidueCount : embeddingSize;
        RegisterComponents();
    }

    /// <summary>Channels of a position, D.</summary>
    public int Channels { get; }

    /// <summary>The channels of every token, [25, D], float32.</summary>
    internal Tensor Rows => _embedding?.weight ?? _tables[0];

    /// <summary>Looks the channels up.</summary>
    /// <param name="tokens">[B, L], uint8 or int64; 0 is padding, 1 to 24 are <see cref="Alphabet.Letters"/>.</param>
    /// <returns>Channels [B, D, L], float32, position by position in memory; zero on padding.</returns>
    public override Tensor forward(Tensor tokens)                                  // [B, L]
    {
        using var scope = NewDisposeScope();
        var indices = tokens.to_type(ScalarType.Int64);
        var channels = _embedding is null
            ? _tables[0].index_select(0, indices.flatten()).view(tokens.shape[0], tokens.shape[1], Channels)
            : _embedding.forward(indices);                                          // [B, L, D]
        return channels.transpose(1, 2).MoveToOuterDisposeScope();                  // [B, D, L]
    }

    /// <summary>The mask that a network reads beside the channels.</summary>
    /// <param name="tokens">[B, L], any integer type; 0 is padding.</param>
    /// <returns>[B, L], bool, true on residues.</returns>
    public static Tensor Mask(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return tokens.to_type(ScalarType.Bool);
    }

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        base._toEpilog(dtype, device, non_blocking);
        for (int i = 0; i < _tables.Length; i++)
            _tables[i] = _tables[i].to(dtype ?? _tables[i].dtype, device ?? _tables[i].device, disposeAfter: true).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var table in _tables)
                table.Dispose();

        base.Dispose(disposing);
    }

    private static Tensor Table(ReadOnlySpan<float> values) =>
        tensor(values.ToArray(), [Alphabet.TokenCount + 1, Alphabet.ResidueCount]).DetachFromDisposeScope();
}
