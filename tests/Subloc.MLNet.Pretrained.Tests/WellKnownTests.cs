using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;
using Subloc.Testing;

namespace Subloc.MLNet.Pretrained.Tests;

public sealed class WellKnownTests
{
    [Fact]
    public void Proteins_OfEveryCompartment_AreThere()
    {
        string[] labels = [.. new MLContext().Data.LoadProteins(WellKnown.Path).GetColumn<string>("Label")];

        Assert.Equal(ProteinLocalizer.ReadInfo().ClassNames.Order(StringComparer.Ordinal), labels.Distinct().Order(StringComparer.Ordinal));
    }

    [RealDataFact]
    public void Proteins_WhoseAccessionIsInTheRealData_AreTheSameLetterByLetter()
    {
        var context = new MLContext();
        string[] files = [.. Enumerable.Range(0, 4).Select(i => RealData.PathOf("deeploc2", $"partition{i}.csv"))];
        IDataView real = context.Data.LoadProteins(files, new ProteinLoadOptions { AllowDuplicateIds = true });
        var sequences = new Dictionary<string, (string Sequence, string Label)>();
        foreach (var (id, sequence, label) in real.GetColumn<string>("Id").Zip(real.GetColumn<string>("Sequence"), real.GetColumn<string>("Label")))
            sequences[id] = (sequence, label);

        IDataView known = context.Data.LoadProteins(WellKnown.Path);
        int found = 0;
        foreach (var (id, sequence, label) in known.GetColumn<string>("Id").Zip(known.GetColumn<string>("Sequence"), known.GetColumn<string>("Label")))
        {
            if (!sequences.TryGetValue(id, out var one))
                continue;
            Assert.Equal(one, (sequence, label));
            found++;
        }

        Assert.Equal(17, found);
    }
}
