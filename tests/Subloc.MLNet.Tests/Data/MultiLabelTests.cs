using Microsoft.ML;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

public sealed class MultiLabelTests : IDisposable
{
    private const string Text = "id,sequence,label\nP1,MK,Nucleus\nP2,MKV,\"Nucleus | Cytoplasm\"\nP3,M,Plastid|Plastid\nP4,MKVL,\n";

    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(MultiLabelPolicy.Exclude, "Nucleus,Plastid,")]
    [InlineData(MultiLabelPolicy.First, "Nucleus,Nucleus,Plastid,")]
    [InlineData(MultiLabelPolicy.Keep, "Nucleus,Nucleus|Cytoplasm,Plastid,")]
    public void LoadProteins_Policy_DecidesLabels(MultiLabelPolicy policy, string labels)
    {
        List<LoadedProtein> rows = LoadedProtein.ReadAll(Load(new ProteinLoadOptions { MultiLabel = policy }));

        Assert.Equal(labels, string.Join(',', rows.Select(row => row.Label)));
    }

    [Theory]
    [InlineData(MultiLabelPolicy.Exclude, 3, 7, 1, 0)]
    [InlineData(MultiLabelPolicy.First, 4, 10, 0, 1)]
    [InlineData(MultiLabelPolicy.Keep, 4, 10, 0, 0)]
    public void LoadProteins_Policy_IsCounted(MultiLabelPolicy policy, int rows, int residues, int excluded, int first)
    {
        ProteinLoadSummary summary = LoadedProtein.Summarize(Load, new ProteinLoadOptions { MultiLabel = policy });

        Assert.Equal(
            (rows, residues, excluded, first, 0),
            (summary.Rows, summary.Residues, summary.MultiLabelExcluded, summary.MultiLabelFirst, summary.Skipped));
    }

    [Fact]
    public void LoadProteins_Excluded_IsLoggedOncePerPass()
    {
        var log = new List<string>();
        _context.Log += (_, message) => log.Add(message.Message);

        LoadedProtein.ReadAll(Load(new ProteinLoadOptions()));

        Assert.Single(log, message => message.EndsWith("3 proteins loaded. 1 with several compartments left out.", StringComparison.Ordinal));
    }

    private IDataView Load(ProteinLoadOptions options) => _context.Data.LoadProteins(_files.Write("p.csv", Text), options);
}
