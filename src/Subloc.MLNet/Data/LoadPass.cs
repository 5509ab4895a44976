using System.Globalization;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Data;

/// <summary>One pass over the records of some files: applies the options and counts what they do.</summary>
internal sealed class LoadPass(ProteinLoadOptions options)
{
    private readonly Dictionary<string, (string Path, long Line)> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private string? _firstSkipped;
    private long _records;
    private long _rows;
    private long _residues;
    private long _multiLabelExcluded;
    private long _multiLabelFirst;

    /// <summary>Whether the record is a row of the data; its label is then in final form.</summary>
    /// <exception cref="InvalidDataException">The record is faulty and the options are not lenient.</exception>
    public bool Accept(ProteinRecord record, string path)
    {
        string[] compartments = record.Label.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _records++;
        if (record.IsUnnamed)
            record.Id = _records.ToString(CultureInfo.InvariantCulture);

        CheckText(record);
        CheckLabel(record, compartments);
        CheckId(record, path);
        if (record.Problem is { } problem)
        {
            Skip(problem, path);
            return false;
        }

        if (!SetLabel(record, compartments))
            return false;

        _rows++;
        _residues += record.Sequence.Length;
        return true;
    }

    /// <summary>Counts a row that needs no check.</summary>
    public void CountRow() => _rows++;

    /// <summary>Reports the counts at the end of the pass.</summary>
    public void Complete(IChannel channel)
    {
        var summary = new ProteinLoadSummary
        {
            Rows = _rows,
            Residues = _residues,
            MultiLabelExcluded = _multiLabelExcluded,
            MultiLabelFirst = _multiLabelFirst,
            Skipped = _skipped.Values.Sum(count => (long)count),
            SkippedByReason = new Dictionary<string, int>(_skipped),
            FirstSkipped = _firstSkipped,
        };
        Report(channel, summary);
        options.Summary?.Report(summary);
    }

    private static void CheckText(ProteinRecord record)
    {
        if (record.Id.Contains('\uFFFD') || record.Label.Contains('\uFFFD'))
        {
            record.Fail(RecordProblem.NotText, record.Line,
                $"the identifier or label of '{record.Id}' holds bytes that are not UTF-8 text; save the file as UTF-8");
        }
    }

    private static void Report(IChannel channel, ProteinLoadSummary summary)
    {
        string message = $"{summary.Rows} proteins loaded.";
        if (summary.MultiLabelExcluded > 0)
            message += $" {summary.MultiLabelExcluded} with several compartments left out.";
        if (summary.MultiLabelFirst > 0)
            message += $" {summary.MultiLabelFirst} with several compartments reduced to the first.";
        if (summary.Skipped > 0)
        {
            message += $" {summary.Skipped} faulty records skipped "
                + $"({string.Join(", ", summary.SkippedByReason.Select(r => $"{r.Key}: {r.Value}"))}),"
                + $" the first: {summary.FirstSkipped}";
        }

        if (summary.Rows == 0 || summary.MultiLabelExcluded + summary.MultiLabelFirst + summary.Skipped > 0)
            channel.Warning("{0}", message);
        else
            channel.Info("{0}", message);
    }

    private void CheckLabel(ProteinRecord record, string[] compartments)
    {
        if (options.RequireLabel && compartments.Length == 0)
        {
            record.Fail(RecordProblem.MissingLabel, record.Line,
                $"protein '{record.Id}' has no label; expected a compartment, so add it or set RequireLabel to false");
        }
    }

    private void CheckId(ProteinRecord record, string path)
    {
        if (options.AllowDuplicateIds || record.Problem is not null || _seen.TryAdd(record.Id, (path, record.Line)))
            return;

        (string firstPath, long firstLine) = _seen[record.Id];
        string first = firstPath == path ? $"line {firstLine}" : $"{firstPath}, line {firstLine}";
        record.Fail(RecordProblem.DuplicateId, record.Line,
            $"the identifier '{record.Id}' occurs a second time, after {first}; "
            + "expected each protein once, so remove one or set AllowDuplicateIds");
    }

    private void Skip(RecordProblem problem, string path)
    {
        if (!options.Lenient)
            throw new InvalidDataException(problem.Sentence(path));

        _firstSkipped ??= problem.Sentence(path);
        _skipped[problem.Reason] = _skipped.GetValueOrDefault(problem.Reason) + 1;
    }

    private bool SetLabel(ProteinRecord record, string[] compartments)
    {
        if (compartments.Length > 1)
            compartments = [.. compartments.Distinct(StringComparer.Ordinal)];

        if (compartments.Length > 1 && options.MultiLabel == MultiLabelPolicy.Exclude)
        {
            _multiLabelExcluded++;
            return false;
        }

        if (compartments.Length > 1 && options.MultiLabel == MultiLabelPolicy.First)
        {
            _multiLabelFirst++;
            compartments = compartments[..1];
        }

        record.Label = string.Join('|', compartments);
        return true;
    }
}
