namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Numbers that a network is trained in; scores are always computed in float32.</summary>
public enum Precision
{
    /// <summary>bfloat16 where the processor has instructions for it and the network allows it, otherwise float32.</summary>
    Auto,

    /// <summary>float32 throughout.</summary>
    Fp32,

    /// <summary>
    /// Mixed: convolutions and recurrences in bfloat16; weights, statistics of normalisations, heads, softmax, loss and the
    /// optimizer in float32.
    /// </summary>
    Bf16,
}
