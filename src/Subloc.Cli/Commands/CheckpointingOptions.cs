using System.CommandLine;
using Subloc.Cli.Failures;
using Subloc.Cli.Training;
using Subloc.MLNet.TorchSharp.Checkpoints;

namespace Subloc.Cli.Commands;

/// <summary>Options on how a training is saved while it runs, and resumed.</summary>
internal sealed class CheckpointingOptions
{
    private readonly Option<string?> _folder = new("--checkpoint")
    {
        Description = "Save the training in this folder while it runs, so that --resume can go on after an interruption.",
        HelpName = "DIR",
    };

    private readonly WholeNumberOption _epochs = new("--checkpoint-every", 1, "Epochs after which a checkpoint is written. Default 1.");

    private readonly RealNumberOption _minutes = new("--checkpoint-minutes", value => value > 0 && double.IsFinite(value), "above 0",
        "Also write a checkpoint after so many minutes, within an epoch too.");

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on from the newest checkpoint, or start where there is none; the result is that of an uninterrupted training.",
    };

    public CheckpointingOptions(Command command)
    {
        foreach (Option option in (Option[])[_folder, _epochs, _minutes, _resume])
            command.Add(option);
    }

    /// <summary>The folder that was asked for; null if none was.</summary>
    public string? Folder(ParseResult request) => request.GetValue(_folder);

    /// <summary>The checkpoints that were asked for, after a look whether the folder can be used; null for none.</summary>
    /// <param name="request">The command line.</param>
    /// <exception cref="RequestException">It cannot be used, or holds checkpoints that are not to be resumed.</exception>
    public CheckpointOptions? Read(ParseResult request)
    {
        CheckpointOptions? options = Make(request);
        if (options is not null)
            Try(options);
        return options;
    }

    /// <summary>The checkpoints of a cross-validation, one for each network of a fold, after a look whether their folders can be used.</summary>
    /// <param name="request">The command line.</param>
    /// <param name="members">Networks of a fold; each of several has a folder of its own. Folds have folders in it.</param>
    /// <param name="only">The one fold that will run, from 1; other programs may be at work on the others. Null for all.</param>
    /// <exception cref="RequestException">One cannot be used, or holds checkpoints that are not to be resumed.</exception>
    public IEnumerable<CheckpointOptions?> ReadForFolds(ParseResult request, int members, int? only)
    {
        CheckpointOptions? all = Make(request);
        for (int member = 1; member <= members; member++)
        {
            CheckpointOptions? options = all is null || members == 1 ? all : all with { Directory = Path.Combine(all.Directory, $"member-{member}") };
            if (options is not null)
            {
                Try(only is { } number ? Fold.Checkpoint(options, number)! : options);
                for (int fold = 1; only is null && Fold.Checkpoint(options, fold) is { } one && Directory.Exists(one.Directory); fold++)
                    Try(one);
            }

            yield return options;
        }
    }

    private CheckpointOptions? Make(ParseResult request)
    {
        if (request.GetValue(_folder) is not { } folder)
        {
            Option? idle = ((Option[])[_epochs, _minutes, _resume]).FirstOrDefault(option => request.GetResult(option) is { Implicit: false });
            return idle is null ? null : throw new RequestException($"{idle.Name} goes with --checkpoint, which names the folder.");
        }

        if (string.IsNullOrWhiteSpace(folder))
            throw new RequestException("--checkpoint must be the name of a folder, but is empty.");

        return new CheckpointOptions
        {
            Directory = folder,
            EveryEpochs = request.GetValue(_epochs) ?? 1,
            EveryMinutes = request.GetValue(_minutes) ?? 0,
            Resume = request.GetValue(_resume),
        };
    }

    private static void Try(CheckpointOptions options)
    {
        try
        {
            CheckpointFolder.Open(options).Dispose();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            throw new RequestException(Failure.Translate(error.Message));
        }
    }
}
