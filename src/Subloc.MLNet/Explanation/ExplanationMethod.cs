namespace Subloc.MLNet.Explanation;

/// <summary>How the importance of residues is found.</summary>
public enum ExplanationMethod
{
    /// <summary>Integrated gradients where the model offers them, occlusion elsewhere.</summary>
    Auto,

    /// <summary>The weight that the network itself gives each residue: a share, at least 0, which adds up to 1 over the residues that the model reads.</summary>
    /// <remarks>One pass for a protein. It says where the network looked, for all classes alike, and not what for: no residue counts against a class.</remarks>
    Attention,

    /// <summary>The part of the explained class's log-odds, ln(p / (1 - p)), that a residue accounts for; positive where it speaks for the class, negative where against it.</summary>
    /// <remarks>
    /// Of the network alone, where families speak beside it. Sundararajan, Taly and Yan, Axiomatic attribution for deep networks, ICML 2017:
    /// gradients of the log-odds by the channels that enter the network, averaged on the straight way from another protein of the same length,
    /// times what the channels differ by, summed over those of a residue; then the mean over <see cref="ExplanationOptions.Baselines"/> random
    /// proteins (Erion et al., Nature Machine Intelligence 3 (2021), 620-631), shared among <see cref="ExplanationOptions.Window"/> neighbours.
    /// All parts add up to the difference of the log-odds, <see cref="ProteinExplanation.ScoreDifference"/>, the better the more steps are
    /// taken. Only for networks computed by libtorch.
    /// </remarks>
    IntegratedGradients,

    /// <summary>What the explained class loses in log-odds, for each residue, when windows around it are replaced by residues of random proteins; negative where it gains.</summary>
    /// <remarks>
    /// Zeiler and Fergus, Visualizing and understanding convolutional networks, ECCV 2014, over a sequence: the loss of a window is divided by
    /// its residues, and a residue gets the mean over the windows that hold it, each of which takes the residues of the next of the
    /// <see cref="ExplanationOptions.Baselines"/>. Log-odds are ln(p / (1 - p)). For any model with probabilities; takes a pass for every window.
    /// </remarks>
    Occlusion,
}
