namespace Subloc.MLNet.Data;

/// <summary>One protein as a reader found it; readers fill the same instance again and again.</summary>
internal sealed class ProteinRecord
{
    /// <summary>Line on which the record starts.</summary>
    public long Line { get; set; }

    public string Id { get; set; } = "";

    /// <summary>Whether the file has no identifiers, so that the pass numbers its records.</summary>
    public bool IsUnnamed { get; set; }

    public string Sequence { get; set; } = "";

    /// <summary>Compartments, joined by <c>|</c>; empty where the file has none.</summary>
    public string Label { get; set; } = "";

    public uint Partition { get; set; }

    /// <summary>What makes the record unusable; null when it is well formed.</summary>
    public RecordProblem? Problem { get; set; }

    public void Clear(long line)
    {
        Line = line;
        Id = Sequence = Label = "";
        Partition = 0;
        IsUnnamed = false;
        Problem = null;
    }

    /// <summary>Notes a fault; the first one found is the one reported.</summary>
    public void Fail(string reason, long line, string text) => Problem ??= new RecordProblem(reason, line, text);
}
