using BenchmarkDotNet.Attributes;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Data;
using Subloc.MLNet.Families;
using Subloc.MLNet.Sequences;

namespace Subloc.Benchmarks;

/// <summary>Families among 4,000 synthetic proteins, on one thread: how long it takes to find them, and what they say of 1,000 proteins. Goal: a millisecond a protein, nothing allocated.</summary>
[MemoryDiagnoser]
public class FamilyBenchmarks : IDisposable
{
    private const int Asked = 1_000;

    private readonly TokenSet _set = new();
    private readonly float[] _probabilities = new float[SyntheticProteins.Compartments.Count];
    private double[][] _shares = null!;
    private ProteinFamilies _families = null!;

    [GlobalSetup]
    public void Setup()
    {
        IReadOnlyList<SyntheticProtein> proteins = SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 4_000 });
        foreach (SyntheticProtein protein in proteins)
            _set.Add([.. protein.Sequence.Select(Alphabet.TokenOf)], 0);
        _shares = [.. proteins.Select(protein => SyntheticProteins.Compartments.Select(name => name == protein.Label ? 1.0 : 0).ToArray())];
        _families = Find();
    }

    [Benchmark]
    public object FindFamilies() => Find();

    [Benchmark(OperationsPerInvoke = Asked)]
    public float Speak()
    {
        for (int protein = 0; protein < Asked; protein++)
        {
            _probabilities.AsSpan().Fill(1f / _probabilities.Length);
            _families.Speak(_set, protein, _probabilities, 1);
        }

        return _probabilities[0];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _set.Dispose();
        GC.SuppressFinalize(this);
    }

    private ProteinFamilies Find() => new FamilyFinder(_set, [.. Enumerable.Range(0, _set.Count)]).Find(_shares, new FamilyOptions(), 1, () => false);
}
