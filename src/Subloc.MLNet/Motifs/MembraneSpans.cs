using System.Globalization;

namespace Subloc.MLNet.Motifs;

/// <summary>Finds hydrophobic stretches that are long enough to cross a membrane.</summary>
internal static class MembraneSpans
{
    private const int Window = 19;
    private const double Threshold = 1.6;

    /// <summary>Windows above the threshold that do not overlap, the most hydrophobic ones first chosen.</summary>
    public static IEnumerable<MotifPlace> Find(string sequence)
    {
        var above = new List<(int Start, double Mean)>();
        double sum = 0;
        for (int i = 0; i < sequence.Length; i++)
        {
            sum += Hydropathy.KyteDoolittle(sequence[i]);
            if (i >= Window)
                sum -= Hydropathy.KyteDoolittle(sequence[i - Window]);

            // A sum that goes on rounds; one of 19 values of one decimal place does not fall between two tenths.
            double mean = Math.Round(sum, 2) / Window;
            if (i >= Window - 1 && mean >= Threshold)
                above.Add((i - Window + 1, mean));
        }

        var chosen = new List<(int Start, double Mean)>();
        foreach ((int Start, double Mean) window in above.OrderByDescending(window => window.Mean).ThenBy(window => window.Start))
        {
            if (chosen.TrueForAll(other => Math.Abs(other.Start - window.Start) >= Window))
                chosen.Add(window);
        }

        return chosen.Select(window => new MotifPlace(
            window.Start, Window, string.Create(CultureInfo.InvariantCulture, $"mean hydropathy {window.Mean:F2} over {Window} residues")));
    }
}
