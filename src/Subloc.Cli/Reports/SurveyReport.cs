using System.Text.Json.Nodes;
using Subloc.Cli.Data;
using Subloc.Cli.Display;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;
using Subloc.MLNet.Data;

namespace Subloc.Cli.Reports;

/// <summary>What was found in the data, for people and for machines.</summary>
internal static class SurveyReport
{
    /// <summary>Prints what will be used and what is left out.</summary>
    /// <param name="terminal">Where to print.</param>
    /// <param name="source">The proteins.</param>
    /// <param name="survey">What the pass over them found.</param>
    /// <param name="length">Residues that the network sees; null for all.</param>
    public static void Print(Terminal terminal, ProteinSource source, DataSurvey survey, int? length)
    {
        if (source.IsSynthetic)
            terminal.Line("The data are SYNTHETIC: generated sequences with planted sorting signals. Results say nothing about natural proteins.");
        terminal.Line($"{source.Name}: {survey.Proteins} proteins of {survey.Classes.Count} compartments{Partitions(survey)}.");
        if (survey.Lengths is { } lengths)
        {
            string above = length is { } seen ? $"; {lengths.CountAbove(seen)} are longer than the {seen} residues that the network sees" : "";
            terminal.Line($"Lengths {lengths.Shortest} to {lengths.Longest}, median {lengths.Median}{above}.");
        }

        PrintLeft(terminal, survey.Left);
        if (survey.Shared > 0)
            terminal.Line($"Of several compartments, and learned from as equal shares of each: {survey.Shared}. The others:");
        foreach ((string name, int count) in survey.Classes)
            terminal.Line($"  {count,7}  {name}");
    }

    /// <summary>Prints what a pass left out, if anything.</summary>
    public static void PrintLeft(Terminal terminal, ProteinLoadSummary? left)
    {
        if (left is null)
            return;
        if (left.MultiLabelExcluded > 0)
            terminal.Line($"Left out: {left.MultiLabelExcluded} of several compartments (keep their first with --multi first).");
        if (left.MultiLabelFirst > 0)
            terminal.Line($"Of several compartments, only the first is kept: {left.MultiLabelFirst}.");
        if (left.Skipped > 0)
        {
            terminal.Line($"Skipped: {left.Skipped} faulty records ({string.Join(", ", left.SkippedByReason.Select(reason => $"{reason.Key}: {reason.Value}"))}). "
                + $"The first: {Failure.Translate(left.FirstSkipped ?? "")}");
        }
    }

    /// <summary>The survey as JSON.</summary>
    public static JsonObject Json(ProteinSource source, DataSurvey survey) => new()
    {
        ["name"] = source.Name,
        ["synthetic"] = source.IsSynthetic,
        ["proteins"] = survey.Proteins,
        ["classes"] = JsonFile.Node(survey.Classes),
        ["partitions"] = JsonFile.Node(survey.Partitions),
        ["lengths"] = JsonFile.Node(survey.Lengths),
        ["multiLabelExcluded"] = survey.Left?.MultiLabelExcluded ?? 0,
        ["multiLabelShared"] = survey.Shared,
        ["multiLabelFirst"] = survey.Left?.MultiLabelFirst ?? 0,
        ["skipped"] = survey.Left?.Skipped ?? 0,
        ["skippedByReason"] = JsonFile.Node(survey.Left?.SkippedByReason ?? new Dictionary<string, int>()),
    };

    private static string Partitions(DataSurvey survey) => survey.Partitions.Count == 0 ? "" : $" in {survey.Partitions.Count} homology partitions";
}
