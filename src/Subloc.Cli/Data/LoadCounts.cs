using Subloc.MLNet.Data;

namespace Subloc.Cli.Data;

/// <summary>Keeps the counts of the newest complete pass, on the thread that reads.</summary>
internal sealed class LoadCounts : IProgress<ProteinLoadSummary>
{
    /// <summary>The counts; null before a pass has ended.</summary>
    public ProteinLoadSummary? Newest { get; private set; }

    public void Report(ProteinLoadSummary value) => Newest = value;
}
