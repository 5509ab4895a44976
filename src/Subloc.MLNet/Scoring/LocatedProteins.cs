using System.Collections;
using Subloc.MLNet.Notebooks;

namespace Subloc.MLNet.Scoring;

/// <summary>The first of some scored proteins, to be looked at.</summary>
/// <remarks>Shown as a table in a .NET Interactive notebook.</remarks>
[TypeFormatterSource(typeof(HtmlFormats))]
public sealed class LocatedProteins : IReadOnlyList<LocatedProtein>, IShownAsHtml
{
    private readonly IReadOnlyList<LocatedProtein> _proteins;

    internal LocatedProteins(IReadOnlyList<LocatedProtein> proteins) => _proteins = proteins;

    /// <inheritdoc/>
    public int Count => _proteins.Count;

    /// <inheritdoc/>
    public LocatedProtein this[int index] => _proteins[index];

    /// <inheritdoc/>
    public IEnumerator<LocatedProtein> GetEnumerator() => _proteins.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A line for each protein.</summary>
    public override string ToString() => string.Join('\n', _proteins);

    string IShownAsHtml.ToHtml() => new HtmlFragment()
        .Table(
            "Blue is the probability, orange a compartment other than the known one",
            ["protein", "known", "predicted", new HtmlCell("probability", IsNumber: true), "next"],
            _proteins.Select(IReadOnlyList<HtmlCell> (one) =>
            [
                one.Id, one.Label ?? "", Predicted(one),
                new HtmlCell(one.Probability(0), IsNumber: true, one.Probabilities.Count > 0 ? one.Probabilities[0].Value : 0),
                one.Probabilities.Count > 1 ? LocatedProtein.Describe(one.Probabilities[1]) : "",
            ]))
        .ToString();

    private static HtmlCell Predicted(LocatedProtein one) =>
        new(one.PredictedLabel, Shade: IsWrong(one) ? -0.4 : 0);

    // "uncertain" is no compartment, and so not a wrong one.
    private static bool IsWrong(LocatedProtein one) =>
        one.Label is not null && one.Label != one.PredictedLabel && one.Probabilities.Any(pair => pair.Key == one.PredictedLabel);
}
