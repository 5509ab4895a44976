using System.Text.Json;
using System.Text.Json.Nodes;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Pretrained;
using Subloc.MLNet.Reports.Html;
using Subloc.MLNet.Reports.Results;

namespace Subloc.Cli.Reports;

/// <summary>Finds the model card that goes with a result.</summary>
internal static class ReportCards
{
    /// <summary>Reads a card.</summary>
    /// <param name="path">The card, or an exported model that has one.</param>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static IReadOnlyList<ReportSection> Read(string path)
    {
        if (!Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
            return Sections(ModelCard.Parse(File.ReadAllText(path), path));
        return Sections(ModelCard.Read(File.ReadAllBytes(path), path) ?? throw new InvalidDataException($"{path}: this model has no card; name the card itself, or leave --card out."));
    }

    /// <summary>The card that a result stands for by itself: of its folds, or of the pretrained model; nothing where there is none.</summary>
    public static IReadOnlyList<ReportSection> Find(ResultFile result, string json, string path)
    {
        if (result.Kind != ResultKind.CrossValidation)
            return [.. Enum.GetValues<PretrainedQuality>().Where(quality => result.Model == PretrainedModel.NameOf(quality)).SelectMany(quality => Sections(ProteinLocalizer.ReadCard(quality)))];
        try
        {
            return Sections(CardReport.Make(JsonNode.Parse(json)!.AsObject(), path, new CardTexts(null, null, null, null, null)));
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            // Some folds only, or of an older version: the rest of the report does not need a card.
            return [];
        }
    }

    private static IReadOnlyList<ReportSection> Sections(ModelCard card) =>
        [.. card.ToSections().Select(section => new ReportSection(section.Title, section.Lines, section.Headings, section.Rows))];
}
