using System.Globalization;
using Subloc.MLNet.Notebooks;

namespace Subloc.MLNet.Scoring;

/// <summary>Where one protein is predicted to be.</summary>
/// <remarks>Shown as a table in a .NET Interactive notebook.</remarks>
[TypeFormatterSource(typeof(HtmlFormats))]
public sealed record LocatedProtein : IShownAsHtml
{
    /// <summary>Accession or other identifier; empty where the data have none.</summary>
    public required string Id { get; init; }

    /// <summary>True compartment; null where the data have none.</summary>
    public required string? Label { get; init; }

    /// <summary>Predicted compartment, or what the model says instead of one, such as <c>uncertain</c>.</summary>
    public required string PredictedLabel { get; init; }

    /// <summary>All compartments with their probabilities, 0 to 1, the most probable first.</summary>
    public required IReadOnlyList<KeyValuePair<string, float>> Probabilities { get; init; }

    /// <summary>The protein in one line, such as <c>P01308: Extracellular (0.93), then Lysosome/Vacuole (0.02)</c>.</summary>
    public override string ToString()
    {
        string next = Probabilities.Count > 1 ? $", then {Describe(Probabilities[1])}" : "";
        return $"{Id}: {PredictedLabel} ({Probability(0)}){next}";
    }

    string IShownAsHtml.ToHtml() => new HtmlFragment()
        .Table(
            $"{Id}: {PredictedLabel}{(Label is null ? "" : $" (known: {Label})")}",
            ["compartment", new HtmlCell("probability", IsNumber: true)],
            Probabilities.Select(IReadOnlyList<HtmlCell> (one) => [one.Key, new HtmlCell(Text(one.Value), IsNumber: true, one.Value)]))
        .ToString();

    /// <summary>Compartment and probability in brackets.</summary>
    internal static string Describe(KeyValuePair<string, float> one) => $"{one.Key} ({Text(one.Value)})";

    /// <summary>A probability with two decimals; empty where there are not so many compartments.</summary>
    internal string Probability(int rank) => rank < Probabilities.Count ? Text(Probabilities[rank].Value) : "";

    private static string Text(float probability) => probability.ToString("0.00", CultureInfo.InvariantCulture);
}
