using System.CommandLine;
using Subloc.Cli.Data;
using Subloc.Cli.Failures;
using Subloc.MLNet.Data;

namespace Subloc.Cli.Commands;

/// <summary>Options on which proteins a command reads, and how.</summary>
internal sealed class DataOptions
{
    private readonly Option<string[]> _files;
    private readonly bool _isLabelled;
    private readonly bool _isPartitioned;
    private readonly Option<string?> _id = Column("--id", "Column with the accession, in CSV and TSV [default: accession, id, entry, ...].");
    private readonly Option<string?> _sequence = Column("--sequence", "Column with the residues, in CSV and TSV [default: sequence, seq or fasta].");
    private readonly Option<string?> _label = Column("--label", "Column with the compartment, in CSV and TSV [default: label, location, ...].");
    private readonly Option<string?> _partition = Column("--partition", "Column with the homology partition, in CSV and TSV [default: partition].");
    private readonly ChoiceOption _multi;

    private readonly Option<bool> _lenient = new("--lenient")
    {
        Description = "Skip and count faulty records instead of stopping at the first.",
    };

    /// <param name="command">The command that gets the options.</param>
    /// <param name="isLabelled">Whether the command needs compartments.</param>
    /// <param name="files">The option that names the files.</param>
    /// <param name="isPartitioned">Whether the command needs homology partitions; the others do not look at them.</param>
    public DataOptions(Command command, bool isLabelled, Option<string[]> files, bool isPartitioned = false)
    {
        _isLabelled = isLabelled;
        _isPartitioned = isPartitioned;
        _files = files;
        _multi = isPartitioned
            ? new("--multi", ["exclude", "first", "share"], "Proteins of several compartments: leave them out, keep the first, or learn equal shares of all. Only proteins of one are measured on.")
            : new("--multi", ["exclude", "first"], "Proteins of several compartments: leave them out, or keep the first.");
        _files.AllowMultipleArgumentsPerToken = true;
        _files.HelpName = "FILE";
        command.Add(_files);
        command.Add(_id);
        command.Add(_sequence);
        if (isLabelled)
        {
            command.Add(_label);
            if (isPartitioned)
                command.Add(_partition);
            command.Add(_multi);
        }

        command.Add(_lenient);
    }

    /// <summary>Checks that a file can be read.</summary>
    /// <exception cref="RequestException">It does not exist.</exception>
    public static void CheckFile(string file)
    {
        if (Directory.Exists(file))
            throw new RequestException($"{file}: this is a folder; name a file in it.");
        if (!File.Exists(file))
            throw new RequestException($"{file}: there is no such file; check the name and the folder that it starts from.");
    }

    /// <summary>The request for data.</summary>
    /// <exception cref="RequestException">A file does not exist.</exception>
    public DataRequest Read(ParseResult request)
    {
        string[] files = request.GetValue(_files) ?? [];
        foreach (string file in files)
            CheckFile(file);

        return new DataRequest(files, new ProteinLoadOptions
        {
            IdColumn = request.GetValue(_id),
            SequenceColumn = request.GetValue(_sequence),
            LabelColumn = _isLabelled ? request.GetValue(_label) : null,
            PartitionColumn = _isPartitioned ? request.GetValue(_partition) : null,
            ReadPartition = _isPartitioned,
            MultiLabel = _isLabelled ? MultiLabel(request) : MultiLabelPolicy.Keep,
            RequireLabel = _isLabelled,
            Lenient = request.GetValue(_lenient),
            AllowDuplicateIds = !_isLabelled,
        });
    }

    private static Option<string?> Column(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "COLUMN" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } column && string.IsNullOrWhiteSpace(column))
                result.AddError($"{name} must be the name of a column, but is empty.");
        });
        return option;
    }

    private MultiLabelPolicy MultiLabel(ParseResult request) => request.GetValue(_multi) switch
    {
        "first" => MultiLabelPolicy.First,
        "share" => MultiLabelPolicy.Keep,
        _ => MultiLabelPolicy.Exclude,
    };
}
