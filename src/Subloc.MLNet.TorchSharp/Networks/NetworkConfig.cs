using System.Text.Json.Serialization;
using Subloc.MLNet.TorchSharp.Persistence;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a network, independent of the data; builds the network once the data's sizes are known.</summary>
/// <remarks>
/// Derive a sealed record, give it a parameterless constructor and <c>init</c> properties that System.Text.Json can write and
/// read, and name it with <see cref="ProteinNetworkAttribute"/>: trained models then store the name and the properties.
/// </remarks>
public abstract record NetworkConfig
{
    /// <summary>Whether the network takes only inputs of exactly <see cref="NetworkShape.Length"/> positions.</summary>
    /// <remarks>Otherwise a batch is padded only to its own longest protein.</remarks>
    [JsonIgnore]
    public virtual bool NeedsFixedLength => false;

    /// <summary>Whether the network makes sense of a plain vector, such as the mean embedding of a language model. Default false.</summary>
    /// <remarks>It then gets the vector as the channels of one position.</remarks>
    [JsonIgnore]
    public virtual bool TakesVectors => false;

    /// <summary>Whether the network must know which residue stands at a position: its channels are then the one-hot ones. Default false.</summary>
    [JsonIgnore]
    public virtual bool NeedsOneHot => false;

    /// <summary>Whether the network can be trained on channels in bfloat16, with its weights in float32. Default false.</summary>
    /// <remarks>
    /// The layers then convert their weights to the type of their input, and compute in float32 what needs it: statistics of
    /// normalisations, averages over a protein, the head. Otherwise channels are always float32.
    /// </remarks>
    [JsonIgnore]
    public virtual bool AllowsBFloat16 => false;

    /// <summary>Whether trained models have a column Attention. Default false.</summary>
    /// <remarks>The module then implements <see cref="IAttentionNetwork"/>.</remarks>
    [JsonIgnore]
    public virtual bool GivesAttention => false;

    /// <summary>Whether the module is an <see cref="IResidueNetwork"/>.</summary>
    [JsonIgnore]
    internal virtual bool CanTellResidues => false;

    /// <summary>Weights and running statistics that the network holds; null where that is not known before it is built.</summary>
    /// <param name="shape">Sizes taken from the data.</param>
    /// <remarks>A model that claims a larger network than its weights fill is refused before memory is taken for it.</remarks>
    /// <exception cref="OverflowException">There are more than a long can count.</exception>
    public virtual long? CountWeights(NetworkShape shape) => null;

    /// <summary>Builds the network with freshly drawn weights.</summary>
    /// <param name="shape">Sizes taken from the data.</param>
    /// <returns>
    /// A module whose <c>forward(channels, mask)</c> takes channels [B, D, L] (float32, zero where the mask is false) and a mask
    /// [B, L] (bool, true on residues) and gives logits [B, C].
    /// </returns>
    /// <remarks>
    /// A network of k parts that each learn for themselves gives [k B, C] in training, the batch's rows of one part after those of the other.
    /// In evaluation several threads call it at once. What its layers owe to the mask, so that a score does not depend on the batch, is
    /// told at <see cref="Training.ProteinNetworkTrainer"/>. A module that implements <see cref="Onnx.Export.IOnnxNetwork"/> can be exported.
    /// </remarks>
    public abstract nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape);

    /// <summary>Builds the network, which must give what its configuration promises.</summary>
    /// <exception cref="InvalidOperationException">It gives no attention.</exception>
    internal nn.Module<Tensor, Tensor, Tensor> BuildChecked(NetworkShape shape)
    {
        nn.Module<Tensor, Tensor, Tensor> network = Build(shape);
        return !GivesAttention || network is IAttentionNetwork ? network : throw new InvalidOperationException(
            $"The network '{NetworkKinds.NameOf(this)}' promises attention, but its module {network.GetType().Name} does not implement {nameof(IAttentionNetwork)}; implement it there.");
    }
}
