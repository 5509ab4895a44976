using System.Diagnostics;
using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>The checkpoints of one run: where it goes on from, and when the next one is written.</summary>
internal sealed class RunCheckpoints : IDisposable
{
    /// <summary>Name of the channel on which resuming is reported.</summary>
    public const string ChannelName = "Checkpoints";

    private readonly CheckpointOptions _options;
    private readonly CheckpointFolder _folder;
    private readonly IChannel _channel;
    private readonly string? _newest;
    private readonly CheckpointManifest? _manifest;
    private IReadOnlyDictionary<string, string> _identity = new Dictionary<string, string>();
    private IReadOnlyDictionary<string, string> _circumstances = new Dictionary<string, string>();
    private int _seed;
    private RunState? _state;
    private long _savedAt = Stopwatch.GetTimestamp();
    private (int Epochs, int Batch)? _saved;

    private RunCheckpoints(CheckpointOptions options, CheckpointFolder folder, IChannel channel)
    {
        _options = options;
        _folder = folder;
        _channel = channel;
        if (!options.Resume)
            return;

        (_newest, _manifest) = FindNewest();
        if (_newest is null)
            channel.Info($"The folder {options.Directory} holds no checkpoint yet, so the training starts afresh.");
    }

    /// <summary>Seed of the run that is resumed; null for a new one.</summary>
    public int? Seed => _manifest?.Seed;

    /// <summary>Whether the run goes on from a checkpoint.</summary>
    public bool IsResumed => _manifest is not null;

    /// <summary>Opens the folder and finds the newest whole checkpoint, if one is to be resumed.</summary>
    /// <exception cref="IOException">Nothing can be written in the folder, or another process is using it.</exception>
    /// <exception cref="InvalidOperationException">It holds checkpoints that are not to be resumed, or those of a newer version.</exception>
    /// <exception cref="InvalidDataException">It holds checkpoints, but no whole one.</exception>
    public static RunCheckpoints? Open(IHost host, CheckpointOptions? options)
    {
        if (options is null)
            return null;

        CheckpointFolder folder = CheckpointFolder.Open(options);
        IChannel channel = host.Start(ChannelName);
        try
        {
            return new RunCheckpoints(options, folder, channel);
        }
        catch
        {
            channel.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Says which run this is, and refuses to resume another one.</summary>
    /// <param name="identity">What must be equal in a resumed run.</param>
    /// <param name="circumstances">What should be equal.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epochs">Epochs that the run shall have.</param>
    /// <exception cref="InvalidOperationException">The newest checkpoint is of another run.</exception>
    public void Identify(IReadOnlyDictionary<string, string> identity, IReadOnlyDictionary<string, string> circumstances, int seed, int epochs)
    {
        (_identity, _circumstances, _seed) = (identity, circumstances, seed);
        if (_manifest is null)
            return;

        List<string> differences = [.. RunIdentity.Differences(_manifest.Identity, identity)];
        int begun = _manifest.History.Count + (_manifest.Batch > 0 ? 1 : 0);
        if (begun > epochs)
            differences.Add($"{begun} epochs were begun and Epochs is {epochs}");
        if (differences.Count > 0)
            throw new InvalidOperationException($"{_options.Directory}: the checkpoints are of another training: {string.Join("; ", differences)}. Resume with the same data and settings, or name another folder.");

        IReadOnlyList<string> warnings = RunIdentity.Differences(_manifest.Circumstances, circumstances);
        if (warnings.Count > 0)
            _channel.Warning($"The result will not equal that of an uninterrupted training bit for bit: {string.Join("; ", warnings)}.");
    }

    /// <summary>Puts a run where the newest checkpoint left it; to be called before its callbacks see it.</summary>
    public void Continue(TrainingRun run)
    {
        if (_manifest is null)
            return;

        run.Resume(_manifest);
        _saved = (_manifest.History.Count, _manifest.Batch);
        int epochs = _manifest.History.Count;
        _channel.Info(run.HasEnded
            ? $"The training had ended before, after {epochs} epochs; its model is taken from {_newest}."
            : _manifest.Batch == 0
                ? $"Resuming after {(epochs == 0 ? "pretraining" : $"epoch {epochs}")}, from {_newest}."
                : $"Resuming after batch {_manifest.Batch} of epoch {epochs + 1}, from {_newest}.");
    }

    /// <summary>Takes the parts of the run, and gives them their stored state where there is one.</summary>
    /// <exception cref="InvalidDataException">A stored part is missing or of another network.</exception>
    public void Restore(RunState state)
    {
        _state = state;
        if (_manifest is null)
            return;

        IReadOnlyList<string> unused = state.Restore(_manifest.Values, (part, tensors) => CheckpointFile.ReadPart(_newest!, part, tensors));
        if (unused.Count > 0)
            _channel.Warning($"The checkpoint holds the state of {string.Join(", ", unused)}, which this training does not have.");
    }

    /// <summary>Called before the first batch of a run that was pretrained; writes a checkpoint unless the run goes on from one.</summary>
    public void AfterPretraining(TrainingRun run)
    {
        if (!IsResumed)
            Save(run);
    }

    /// <summary>Called between two batches; writes a checkpoint when it is time.</summary>
    public void AfterBatch(TrainingRun run)
    {
        // A run whose loss is no number ends with this epoch; nobody wants to resume it.
        if (IsTime() && double.IsFinite(run.Totals.Loss))
            Save(run);
    }

    /// <summary>Called after an epoch; writes a checkpoint when it is the turn of this one, and after the last.</summary>
    public void AfterEpoch(TrainingRun run)
    {
        if (run.HasEnded || run.Epoch % _options.EveryEpochs == 0 || IsTime())
            Save(run);
    }

    /// <summary>Called when the run is cancelled; writes what is not written yet.</summary>
    /// <returns>What to do to go on, to be appended to a sentence; empty where nothing is stored.</returns>
    public string AfterCancellation(TrainingRun run)
    {
        (int Epochs, int Batch) now = PlaceOf(run);
        if (now != (_saved ?? default) && double.IsFinite(run.Totals.Loss))
            Save(run);
        return _saved is null ? "" : $"; set Resume to go on from the checkpoint in {_options.Directory}";
    }

    public void Dispose()
    {
        _channel.Dispose();
        _folder.Dispose();
    }

    private static (int Epochs, int Batch) PlaceOf(TrainingRun run) => (run.History.Count, run.History.Count == run.Epoch ? 0 : run.Batch);

    private bool IsTime() => _options.EveryMinutes > 0 && Stopwatch.GetElapsedTime(_savedAt).TotalMinutes >= _options.EveryMinutes;

    private void Save(TrainingRun run)
    {
        (int epochs, int batch) = PlaceOf(run);
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.CurrentFormat,
            Completed = run.HasEnded,
            StopRequested = run.StopRequested,
            Batch = batch,
            Totals = batch == 0 ? new EpochTotals() : run.Totals with { Seconds = run.EpochSeconds },
            PretrainingSeconds = run.PretrainingSeconds,
            History = run.History,
            BestEpoch = run.Best?.Epoch,
            Seed = _seed,
            Identity = _identity,
            Circumstances = _circumstances,
            Values = [],
            Parts = new Dictionary<string, string>(),
        };
        try
        {
            _folder.Save(epochs, batch, stream => CheckpointFile.Write(stream, manifest, _state!));
            _saved = (epochs, batch);
        }
        catch (IOException error)
        {
            // Hours of training are not to be lost because a disk is full; the checkpoints written before remain.
            _channel.Warning($"{error.Message} The training goes on.");
        }

        _savedAt = Stopwatch.GetTimestamp();
    }

    private (string? Path, CheckpointManifest? Manifest) FindNewest()
    {
        IReadOnlyList<string> files = _folder.Files;
        var damaged = new List<InvalidDataException>();
        foreach (string path in files)
        {
            try
            {
                CheckpointManifest manifest = CheckpointFile.Check(path);
                foreach ((string bad, InvalidDataException error) in files.Zip(damaged))
                {
                    CheckpointFolder.SetAside(bad);
                    _channel.Warning($"{error.Message} The one before is used.");
                }

                return (path, manifest);
            }
            catch (InvalidDataException error)
            {
                damaged.Add(error);
            }
        }

        return damaged.Count == 0 ? (null, null) : throw new InvalidDataException(
            $"{_options.Directory}: none of the checkpoints is whole; name another folder to start afresh.", damaged[0]);
    }
}
