namespace Subloc.MLNet.Scoring;

/// <summary>Probabilities, and attention where it is wanted, of a number of proteins. Kept and filled anew for other proteins.</summary>
/// <param name="classes">Probabilities of a protein.</param>
/// <param name="attentionLength">Positions of a protein's attention; 0 where it is not wanted.</param>
internal sealed class ProteinScores(int classes, int attentionLength)
{
    private float[] _probabilities = [];
    private float[] _attention = [];

    /// <summary>Whether the attention is wanted.</summary>
    public bool HasAttention => attentionLength > 0;

    /// <summary>Makes room for a number of proteins; what was there is lost.</summary>
    public void Reserve(int count)
    {
        if (_probabilities.Length < count * classes)
            _probabilities = new float[count * classes];
        if (_attention.Length < (long)count * attentionLength)
            _attention = new float[checked(count * attentionLength)];
    }

    /// <summary>What a column says about one protein: its attention, or its probabilities.</summary>
    public ReadOnlySpan<float> ValuesOf(int protein, int column) =>
        column == ScoreColumns.Attention ? AttentionOf(protein) : ProbabilitiesOf(protein);

    /// <summary>Probabilities of one protein.</summary>
    public Span<float> ProbabilitiesOf(int protein) => _probabilities.AsSpan(protein * classes, classes);

    /// <summary>Attention of one protein: zero behind its last residue.</summary>
    public ReadOnlySpan<float> AttentionOf(int protein) => _attention.AsSpan(protein * attentionLength, attentionLength);

    /// <summary>Keeps the attention of one protein.</summary>
    /// <param name="protein">The protein.</param>
    /// <param name="weights">One weight a residue.</param>
    public void KeepAttention(int protein, ReadOnlySpan<float> weights)
    {
        Span<float> attention = _attention.AsSpan(protein * attentionLength, attentionLength);
        weights.CopyTo(attention);
        attention[weights.Length..].Clear();
    }
}
