using Subloc.MLNet.Data;

namespace Subloc.Cli.Data;

/// <summary>Which files to read, and how; no file means the synthetic set.</summary>
internal sealed record DataRequest(IReadOnlyList<string> Files, ProteinLoadOptions Options);
