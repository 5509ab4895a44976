namespace Subloc.MLNet;

/// <summary>Names of the columns that loaders, transforms and trainers read and write by default.</summary>
public static class ColumnNames
{
    /// <summary>Accession or other identifier of the protein (Text).</summary>
    public const string Id = "Id";

    /// <summary>Residues in one-letter code (Text).</summary>
    public const string Sequence = "Sequence";

    /// <summary>Compartment: Text when loaded, a key once mapped with <c>MapValueToKey</c>.</summary>
    public const string Label = "Label";

    /// <summary>Homology partition (UInt32), never to be split across folds.</summary>
    public const string Partition = "Partition";

    /// <summary>Encoded protein: residue tokens or channels.</summary>
    public const string Features = "Features";

    /// <summary>1 where a position holds a residue and 0 where it is padding (vector of Single).</summary>
    public const string Mask = "Mask";

    /// <summary>Predicted compartment: a key, or Text once it was decided on.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>Probability of each compartment (vector of Single with slot names).</summary>
    public const string Score = "Score";

    /// <summary>The largest of the scores (Single), where a decision was made.</summary>
    public const string Confidence = "Confidence";

    /// <summary>How much each position of the encoded protein counted, of networks that tell (vector of Single).</summary>
    public const string Attention = "Attention";
}
