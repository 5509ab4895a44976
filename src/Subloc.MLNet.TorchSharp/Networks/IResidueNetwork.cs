using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>A network that can be trained to tell hidden residues before it learns compartments.</summary>
internal interface IResidueNetwork
{
    /// <summary>Values of a position, W, and residues that it stands for.</summary>
    (int Width, int Residues) Positions { get; }

    /// <summary>What the network knows of each position.</summary>
    /// <param name="channels">[B, D, L], float32 or bfloat16; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>[B, T, W], of the channels' type; T positions stand for L residues or more.</returns>
    Tensor ReadPositions(Tensor channels, Tensor mask);
}
