using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Tests.Data;

public class SyntheticProteinsTests
{
    private static readonly IReadOnlyList<SyntheticProtein> _proteins = SyntheticProteins.Generate();

    [Fact]
    public void Generate_EqualOptions_GivesEqualProteins()
    {
        var options = new SyntheticProteinOptions { Count = 200, Seed = 42 };

        IReadOnlyList<SyntheticProtein> first = SyntheticProteins.Generate(options), second = SyntheticProteins.Generate(options);

        Assert.Equal(first.Select(Describe), second.Select(Describe));
        Assert.NotEqual(first[0].Sequence, SyntheticProteins.Generate(options with { Seed = 43 })[0].Sequence);
    }

    [Fact]
    public void Generate_FixedSeed_GivesTheSameProteinsOnEveryPlatform()
    {
        SyntheticProtein[] proteins = [.. SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 10, MaxLength = 60 })];

        byte[] text = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', proteins.Select(Describe)));
        Assert.Equal("52B0213B47D8FEAF", Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(text))[..16]);
    }

    [Fact]
    public void Generate_Defaults_GivesWellFormedProteins()
    {
        Assert.Equal(1500, _proteins.Count);
        Assert.Equal(1500, _proteins.Select(protein => protein.Id).Distinct().Count());
        Assert.Equal(SyntheticProteins.Compartments, _proteins.Select(protein => protein.Label).Distinct().Order(StringComparer.Ordinal));
        Assert.All(_proteins, protein =>
        {
            Assert.InRange(protein.Sequence.Length, 60, 600);
            Assert.StartsWith("M", protein.Sequence, StringComparison.Ordinal);
            Assert.DoesNotContain(protein.Sequence, letter => !Alphabet.Residues.Contains(letter, StringComparison.Ordinal));
            Assert.StartsWith("SYNTHETIC", protein.Id, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Compartments_AreTheTenNamesOfDeepLoc()
        => Assert.Equal(
            [
                "Cell membrane", "Cytoplasm", "Endoplasmic reticulum", "Extracellular", "Golgi apparatus",
                "Lysosome/Vacuole", "Mitochondrion", "Nucleus", "Peroxisome", "Plastid",
            ],
            SyntheticProteins.Compartments);

    [Theory]
    [InlineData(1, 150, 150)]
    [InlineData(0, 438, 17)]   // 1500 of 13858: 4043 nuclear, 154 peroxisomal
    [InlineData(0.5, 294, 83)] // half way
    public void Generate_Balance_SetsClassSizes(double balance, int nuclear, int peroxisomal)
    {
        IReadOnlyList<SyntheticProtein> proteins = SyntheticProteins.Generate(new SyntheticProteinOptions { Balance = balance });

        Assert.Equal(1500, proteins.Count);
        Assert.InRange(proteins.Count(protein => protein.Label == "Nucleus"), nuclear - 1, nuclear + 1);
        Assert.InRange(proteins.Count(protein => protein.Label == "Peroxisome"), peroxisomal - 1, peroxisomal + 1);
    }

    [Fact]
    public void Generate_TenProteins_GivesOneOfEachCompartment()
    {
        IReadOnlyList<SyntheticProtein> proteins = SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 10, Balance = 0 });

        Assert.Equal(10, proteins.Select(protein => protein.Label).Distinct().Count());
    }

    [Fact]
    public void Generate_Signals_StandWhereTheSpansSay()
    {
        var kinds = new HashSet<SyntheticSignalKind>();
        foreach (SyntheticProtein protein in _proteins)
        {
            int free = 0;
            foreach (SyntheticSignalSpan span in protein.Signals)
            {
                Assert.True(span.Start >= free, $"{protein.Id}: signals overlap");
                Assert.Matches(PatternOf(span.Kind), protein.Sequence.Substring(span.Start, span.Length));
                AssertPlace(span, protein.Sequence.Length);
                free = span.Start + span.Length;
                kinds.Add(span.Kind);
            }
        }

        Assert.Equal(Enum.GetValues<SyntheticSignalKind>().Length, kinds.Count);
    }

    [Fact]
    public void Generate_ShortestProteins_HoldTheirSignals()
    {
        IReadOnlyList<SyntheticProtein> proteins =
            SyntheticProteins.Generate(new SyntheticProteinOptions { MaxLength = 60, SignalStrength = 1 });

        Assert.All(proteins, protein => Assert.NotEmpty(protein.Signals));
        Assert.All(proteins, protein => Assert.Equal(60, protein.Sequence.Length));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.5, 0.45, 0.55)]
    [InlineData(1, 1, 1)]
    public void Generate_SignalStrength_IsTheShareOfCarriers(double strength, double least, double most)
    {
        IReadOnlyList<SyntheticProtein> proteins = SyntheticProteins.Generate(new SyntheticProteinOptions { SignalStrength = strength });

        Assert.InRange(proteins.Average(protein => protein.Signals.Count > 0 ? 1.0 : 0.0), least, most);
    }

    [Fact]
    public void Generate_Families_StayInOnePartitionAndCompartment()
    {
        Assert.All(
            _proteins.GroupBy(protein => protein.Family),
            family => Assert.Single(family.Select(protein => (protein.Partition, protein.Label)).Distinct()));
        Assert.Equal([0u, 1u, 2u, 3u, 4u], _proteins.Select(protein => protein.Partition).Distinct().Order());
        Assert.All(_proteins.CountBy(protein => protein.Partition), partition => Assert.Equal(300, partition.Value));
    }

    [Fact]
    public void Generate_Relatives_ShareHalfTheirResiduesAndStrangersAFewPercent()
    {
        IReadOnlyList<SyntheticProtein> proteins = SyntheticProteins.Generate(new SyntheticProteinOptions { SignalStrength = 0 });

        double[] related = [.. proteins.GroupBy(protein => protein.Family).Where(family => family.Count() > 1)
            .Select(family => Identity(family.First().Sequence, family.Last().Sequence))];
        double[] strangers = [.. proteins.DistinctBy(protein => protein.Family).Chunk(2).Where(pair => pair.Length == 2)
            .Select(pair => Identity(pair[0].Sequence, pair[1].Sequence))];

        Assert.InRange(related.Average(), 0.35, 0.55);
        Assert.InRange(related.Count(identity => identity is > 0.25 and < 0.65) / (double)related.Length, 0.95, 1);
        Assert.InRange(strangers.Average(), 0.03, 0.10);
    }

    [Fact]
    public void LoadSyntheticProteins_GivesTheNamedColumns()
    {
        IDataView data = new MLContext().Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 20 });

        Assert.Equal(["Id", "Sequence", "Label", "Partition"], data.Schema.Select(column => column.Name));
        Assert.All(data.Schema.Take(3), column => Assert.IsType<TextDataViewType>(column.Type));
        Assert.Equal(NumberDataViewType.UInt32, data.Schema["Partition"].Type);
        Assert.Equal(
            SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 20 }).Select(protein => protein.Sequence),
            data.GetColumn<string>("Sequence"));
    }

    public static TheoryData<SyntheticProteinOptions, string> BadOptions => new()
    {
        { new() { Count = 9 }, "Count" },
        { new() { SignalStrength = 1.1 }, "SignalStrength" },
        { new() { SignalStrength = double.NaN }, "SignalStrength" },
        { new() { Balance = -0.1 }, "Balance" },
        { new() { MinLength = 59 }, "MinLength" },
        { new() { MaxLength = 59 }, "MaxLength" },
        { new() { MaxLength = 100_001 }, "MaxLength" },
        { new() { Partitions = 0 }, "Partitions" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Generate_BadOption_IsNamed(SyntheticProteinOptions options, string name)
        => Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticProteins.Generate(options)).ParamName);

    private static string Describe(SyntheticProtein protein)
        => $"{protein.Id} {protein.Label} {protein.Partition} {protein.Family} {protein.Sequence} {string.Join(';', protein.Signals)}";

    private static double Identity(string first, string second)
        => first.Zip(second).Count(pair => pair.First == pair.Second) / (double)Math.Min(first.Length, second.Length);

    private static void AssertPlace(SyntheticSignalSpan span, int length)
    {
        switch (span.Kind)
        {
            case SyntheticSignalKind.SignalPeptide:
            case SyntheticSignalKind.MitochondrialTransitPeptide:
            case SyntheticSignalKind.PlastidTransitPeptide:
                Assert.Equal(0, span.Start);
                break;
            case SyntheticSignalKind.EndoplasmicReticulumRetention:
            case SyntheticSignalKind.PeroxisomalTargetingSignal1:
                Assert.Equal(length, span.Start + span.Length);
                break;
            default:
                Assert.InRange(span.Start, 1, length - span.Length);
                break;
        }
    }

    private static Regex PatternOf(SyntheticSignalKind kind) => new(kind switch
    {
        SyntheticSignalKind.SignalPeptide => "^M[KR][KRSNQA]{0,3}[LAVFI]{7,15}[SGTQNP]{2,4}[ASGV].[AGS]$",
        SyntheticSignalKind.MitochondrialTransitPeptide => "^M[^DE]{15,42}R.$",
        SyntheticSignalKind.PlastidTransitPeptide => "^MA[^DE]{25,55}[VI].[AC]$",
        SyntheticSignalKind.NuclearLocalizationSignal => "K[KR].[KR]|^[KR]{2}.{10,12}[KR]{3}.[KR]$",
        SyntheticSignalKind.NuclearExportSignal => "^[LIVFM].{2,3}[LIVFM].{2,3}[LIVFM].[LIVFM]$",
        SyntheticSignalKind.TransmembraneHelix => "^[LIVAFGMSTWY]{16,25}$",
        SyntheticSignalKind.EndoplasmicReticulumRetention => "^([KH]DEL|KK..)$",
        SyntheticSignalKind.PeroxisomalTargetingSignal1 => "^[SAC][KRH][LM]$",
        SyntheticSignalKind.PeroxisomalTargetingSignal2 => "^R[LVIQ].{5}[HQ][LA]$",
        SyntheticSignalKind.LysosomalSortingMotif => "^(GY..[LIVFM]|D..LL|N[PL]I[RNS])$",
        SyntheticSignalKind.GlycosylationSite => "^N[^P][ST]$",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });
}
