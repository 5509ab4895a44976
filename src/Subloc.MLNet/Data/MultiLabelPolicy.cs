namespace Subloc.MLNet.Data;

/// <summary>What a loader does with a protein whose label names several compartments.</summary>
public enum MultiLabelPolicy
{
    /// <summary>Leave the protein out and count it in <see cref="ProteinLoadSummary.MultiLabelExcluded"/>.</summary>
    Exclude,

    /// <summary>Keep the first compartment and count the protein in <see cref="ProteinLoadSummary.MultiLabelFirst"/>.</summary>
    First,

    /// <summary>Keep all compartments, joined by <c>|</c> in the order of the file.</summary>
    Keep,
}
