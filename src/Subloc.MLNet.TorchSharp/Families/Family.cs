namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Stretches of equal length that are alike in several proteins.</summary>
/// <param name="Places">Where they begin; that of the protein that was compared with the others first.</param>
internal sealed record Family(int[] Places);
