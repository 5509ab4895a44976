using System.Text.Json;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Html;

/// <summary>What the script of a report reads: proteins and explanations, as JSON.</summary>
internal static class ReportData
{
    /// <summary>Proteins that a page lists at most: with more of them browsers become slow.</summary>
    public const int MostProteins = 50_000;

    /// <summary>Makes the JSON; it holds no &lt;, so that nothing in it ends the element that it stands in.</summary>
    /// <param name="proteins">The proteins; null where only explained ones are known.</param>
    /// <param name="explanations">Explanations of some of them.</param>
    public static string Make(PredictedProteins? proteins, IReadOnlyList<ExplainedProtein> explanations)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) // Its usual encoder writes <, >, &, ' and " as \u003C and so on.
        {
            json.WriteStartObject();
            WriteStrings(json, "classes", proteins?.ClassNames ?? []);
            json.WriteBoolean("labelled", proteins?.HasLabels ?? false);
            json.WriteStartArray("proteins");
            foreach (PredictedProtein protein in proteins is null ? explanations.Select(Locate) : proteins.Rows.Take(MostProteins))
                WriteProtein(json, protein);
            json.WriteEndArray();
            json.WriteStartArray("explanations");
            foreach (ExplainedProtein explanation in explanations)
                WriteExplanation(json, explanation);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static PredictedProtein Locate(ExplainedProtein protein) => new(protein.Id, null, null, protein.Class, (float)protein.Probability, []);

    private static void WriteProtein(Utf8JsonWriter json, PredictedProtein protein)
    {
        json.WriteStartArray();
        json.WriteStringValue(protein.Id);
        json.WriteStringValue(protein.Label);
        json.WriteStringValue(protein.Fold);
        json.WriteStringValue(protein.Predicted);
        json.WriteNumberValue(Math.Round((decimal)protein.Probability, 4));
        json.WriteStartArray();
        foreach (float probability in protein.Probabilities)
            json.WriteNumberValue(Math.Round((decimal)probability, 4));
        json.WriteEndArray();
        json.WriteEndArray();
    }

    private static void WriteExplanation(Utf8JsonWriter json, ExplainedProtein protein)
    {
        json.WriteStartObject();
        json.WriteString("id", protein.Id);
        json.WriteString("sequence", protein.Sequence);
        json.WriteString("class", protein.Class);
        json.WriteString("method", protein.Method);
        json.WriteStartArray("importance");
        foreach (double importance in protein.Importance)
            json.WriteRawValue(importance.ToString("G4", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteStartArray("motifs");
        foreach (SequenceSpan motif in protein.Motifs)
        {
            json.WriteStartArray();
            json.WriteStringValue(motif.Rule);
            json.WriteNumberValue(motif.Start);
            json.WriteNumberValue(motif.End);
            json.WriteStringValue(motif.Reason);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
