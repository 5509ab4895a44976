using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>A network together with the layer that turns tokens into its channels.</summary>
internal sealed class LocalizationNetwork : Module<Tensor, Tensor, Tensor>
{
    private static readonly Scalar _unknown = Alphabet.Unknown;

    [ComponentName(Name = "input")]
    private readonly ResidueChannels? _input;

    [ComponentName(Name = "network")]
    private readonly Module<Tensor, Tensor, Tensor> _network;

    /// <param name="input">Turns tokens into channels; null where the data are channels already.</param>
    /// <param name="network">Gives logits for channels and mask.</param>
    public LocalizationNetwork(ResidueChannels? input, Module<Tensor, Tensor, Tensor> network)
        : base(nameof(LocalizationNetwork))
    {
        _input = input;
        _network = network;
        RegisterComponents();
    }

    /// <summary>Turns tokens into channels; null where the data are channels already.</summary>
    public ResidueChannels? Input => _input;

    /// <summary>Gives logits for channels and mask.</summary>
    public Module<Tensor, Tensor, Tensor> Network => _network;

    /// <summary>Type of the features in training; scores are computed in float32.</summary>
    public ScalarType TrainingType { get; init; } = ScalarType.Float32;

    /// <summary>Share of the residues that become unknown ones in training; of tokens only.</summary>
    public double MaskedShare { get; init; }

    /// <param name="residues">Tokens [B, L] (uint8), or channels [B, L, D] (float32).</param>
    /// <param name="mask">[B, L] (bool), true on residues.</param>
    /// <returns>Logits [B, C].</returns>
    public override Tensor forward(Tensor residues, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return ScoreChannels(ReadChannels(residues, mask), mask).MoveToOuterDisposeScope(); // [B, C]
    }

    /// <summary>Scores a batch of channels.</summary>
    /// <param name="channels">[B, D, L].</param>
    /// <param name="mask">[B, L] (bool), true on residues.</param>
    /// <returns>Logits [B, C], float32.</returns>
    public Tensor ScoreChannels(Tensor channels, Tensor mask) => _network.forward(channels, mask).to_type(ScalarType.Float32);

    /// <summary>Scores a batch and weighs its positions; the network must be an <see cref="IAttentionNetwork"/>.</summary>
    /// <param name="residues">Tokens [B, L] (uint8), or channels [B, L, D] (float32).</param>
    /// <param name="mask">[B, L] (bool), true on residues.</param>
    /// <returns>Logits [B, C], and weights [B, L].</returns>
    /// <exception cref="InvalidOperationException">The network gave an attention of another shape.</exception>
    public (Tensor Logits, Tensor Attention) ForwardWithAttention(Tensor residues, Tensor mask)
    {
        using var scope = NewDisposeScope();
        Tensor channels = ReadChannels(residues, mask);                          // [B, D, L]
        (Tensor logits, Tensor attention) = ((IAttentionNetwork)_network).ForwardWithAttention(channels, mask);
        return attention.shape.SequenceEqual(mask.shape)
            ? (logits.to_type(ScalarType.Float32).MoveToOuterDisposeScope(), attention.to_type(ScalarType.Float32).MoveToOuterDisposeScope())
            : throw new InvalidOperationException(
                $"{_network.GetType().Name} gave an attention [{string.Join(", ", attention.shape)}] for a batch [{string.Join(", ", mask.shape)}]; give one weight a position.");
    }

    /// <summary>The channels that the network reads.</summary>
    /// <param name="residues">Tokens [B, L] (uint8), or channels [B, L, D] (float32).</param>
    /// <param name="mask">[B, L] (bool), true on residues.</param>
    /// <returns>[B, D, L].</returns>
    public Tensor ReadChannels(Tensor residues, Tensor mask)
    {
        Tensor channels = _input is not null
            ? _input.forward(training && MaskedShare > 0 ? Hide(residues) : residues) // [B, D, L]
            : residues.mul(mask.unsqueeze(2)).transpose(1, 2); // [B, D, L]
        return training ? channels.to_type(TrainingType) : channels;
    }

    private Tensor Hide(Tensor tokens)
    {
        var hidden = rand(tokens.shape, device: tokens.device).lt(Numbers.Of(MaskedShare)).logical_and(tokens.to_type(ScalarType.Bool));
        return tokens.masked_fill(hidden, _unknown);
    }
}
