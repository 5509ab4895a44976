using Subloc.Benchmarks.Measuring;

namespace Subloc.Benchmarks.Peers;

/// <summary>Windows in which contenders do the same work, one after the other, so that what else the machine does falls on all.</summary>
internal sealed class PairedWindows
{
    private readonly IReadOnlyList<IContender> _contenders;
    private readonly bool _training;
    private readonly int[] _counts;
    private readonly Lap[][] _laps;

    private PairedWindows(IReadOnlyList<IContender> contenders, bool training, int[] counts, int windows)
    {
        (_contenders, _training, _counts) = (contenders, training, counts);
        _laps = [.. contenders.Select(_ => new Lap[windows])];
    }

    /// <summary>Proteins a second of each window, by the clock.</summary>
    /// <param name="contender">Index of the contender.</param>
    public IReadOnlyList<double> Speeds(int contender) => Array.ConvertAll(_laps[contender], lap => _counts[contender] / lap.Seconds);

    /// <summary>Proteins a second of processor time of each window.</summary>
    /// <param name="contender">Index of the contender.</param>
    public IReadOnlyList<double> Yields(int contender) => Array.ConvertAll(_laps[contender], lap => _counts[contender] / lap.Processor);

    /// <summary>Proteins in a window.</summary>
    /// <param name="contender">Index of the contender.</param>
    public int Count(int contender) => _counts[contender];

    /// <summary>Runs the windows; before them each contender warms up, and what it then does in some seconds is its window.</summary>
    /// <param name="contenders">Contenders with their network built.</param>
    /// <param name="training">Whether they train rather than score.</param>
    /// <param name="batchSize">Windows hold whole batches.</param>
    /// <param name="settings">Number and size of the windows.</param>
    /// <param name="afterWindow">Called with the window's number, each contender and its time.</param>
    public static PairedWindows Run(
        IReadOnlyList<IContender> contenders, bool training, int batchSize, PeersSettings settings, Action<int, int, Lap> afterWindow)
    {
        int[] counts = [.. contenders.Select(contender => settings.Count ?? WindowOf(contender, training, batchSize, settings))];
        var windows = new PairedWindows(contenders, training, counts, settings.Windows);
        for (int i = 0; i < contenders.Count; i++)
            windows.Work(i);

        for (int window = 0; window < settings.Windows; window++)
        {
            // Which goes first rotates too.
            for (int turn = 0; turn < contenders.Count; turn++)
            {
                int i = (window + turn) % contenders.Count;
                windows._laps[i][window] = windows.Work(i);
                afterWindow(window + 1, i, windows._laps[i][window]);
            }
        }

        return windows;
    }

    private Lap Work(int contender) => Work(_contenders[contender], _training, _counts[contender]);

    private static Lap Work(IContender contender, bool training, int count) => training ? contender.Train(count) : contender.Score(count);

    private static int WindowOf(IContender contender, bool training, int batchSize, PeersSettings settings)
    {
        int probe = 8 * batchSize;
        double seconds = Math.Min(Work(contender, training, probe).Seconds, Work(contender, training, probe).Seconds);
        int count = (int)Math.Ceiling(settings.Seconds * probe / seconds / batchSize) * batchSize;
        int sample = training ? PeersSettings.TrainingSample(batchSize) : PeersSettings.ScoringSample(batchSize);
        return contender.NeedsSample ? Math.Max(count, sample) : count;
    }
}
