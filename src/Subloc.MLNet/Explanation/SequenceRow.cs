namespace Subloc.MLNet.Explanation;

/// <summary>A row for a model that reads sequences.</summary>
/// <param name="sequence">The residues.</param>
internal sealed class SequenceRow(string sequence)
{
    /// <summary>Nothing; pipelines may pass it on.</summary>
    public string Id { get; } = "";

    /// <summary>The residues.</summary>
    public string Sequence { get; } = sequence;

    /// <summary>Nothing; the pipeline of a training may turn it into a key.</summary>
    public string Label { get; } = "";
}
