using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Writes a line for each epoch to a file, at once: CSV with a header, or JSON lines.</summary>
/// <remarks>
/// Each line is on the disk before the next epoch begins, so that a run that is killed leaves the epochs that it ended. A new run
/// replaces the file; a resumed run cuts off what was written after its checkpoint and goes on there.
/// </remarks>
public sealed class HistoryFile : ITrainingCallback
{
    private static readonly (string Name, Func<EpochResult, double?> Of)[] _columns =
    [
        ("epoch", epoch => epoch.Epoch),
        ("loss", epoch => epoch.Loss),
        ("accuracy", epoch => epoch.Accuracy),
        ("validationLoss", epoch => epoch.ValidationLoss),
        ("validationAccuracy", epoch => epoch.ValidationAccuracy),
        ("validationMacroF1", epoch => epoch.ValidationMacroF1),
        ("validationGorodkin", epoch => epoch.ValidationGorodkin),
        ("learningRate", epoch => epoch.LearningRate),
        ("seconds", epoch => epoch.Seconds),
    ];

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    private readonly bool _isCsv;
    private long _length;
    private int _epochs;

    /// <param name="path">The file; its name ends in <c>.csv</c> or <c>.jsonl</c>.</param>
    /// <exception cref="ArgumentException">The name has another ending.</exception>
    public HistoryFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _isCsv = path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        if (!_isCsv && !path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"The history file '{path}' must end in .csv or .jsonl.", nameof(path));
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Begins a new file at the end of the next epoch; checks that it can be written before any time is spent.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void OnTrainingStart(TrainingRun run)
    {
        (_length, _epochs) = (0, 0);
        using FileStream file = Open();
    }

    /// <inheritdoc/>
    public void OnEpochEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using FileStream file = Open();
        if (file.Length < _length)
            (_length, _epochs) = (0, 0); // The file is not the one that was written before, so all of the history is written anew.

        file.SetLength(_length);
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(Text(run.History)));
        file.Flush(flushToDisk: true);
        (_length, _epochs) = (file.Length, run.History.Count);
    }

    /// <inheritdoc/>
    public JsonNode? SaveState() => new JsonObject { ["length"] = _length, ["epochs"] = _epochs };

    /// <inheritdoc/>
    public void RestoreState(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_length, _epochs) = ((long)state["length"]!, (int)state["epochs"]!);
    }

    private FileStream Open() => new(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    // The lines that are not in the file yet.
    private string Text(IReadOnlyList<EpochResult> history)
    {
        var text = new StringBuilder();
        if (_isCsv && _length == 0)
            text.AppendJoin(',', _columns.Select(column => column.Name)).Append('\n');
        foreach (EpochResult epoch in history.Skip(_epochs))
            text.Append(_isCsv ? Csv(epoch) : JsonSerializer.Serialize(epoch, _json)).Append('\n');
        return text.ToString();
    }

    private static string Csv(EpochResult epoch) => string.Join(',', _columns.Select(column => column.Of(epoch)?.ToString(CultureInfo.InvariantCulture)));
}
