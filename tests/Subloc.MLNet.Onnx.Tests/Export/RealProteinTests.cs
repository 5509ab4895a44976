using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;
using Xunit.Abstractions;

namespace Subloc.MLNet.Onnx.Tests.Export;

/// <summary>On real proteins exported networks choose the class that TorchSharp chooses.</summary>
[Collection(TorchTests.Name)]
public sealed class RealProteinTests(ITestOutputHelper output)
{
    private const int Length = 1000;
    private const int BatchSize = 32;
    private const float Tie = 1e-4f;

    [RealDataFact]
    public void Export_OfAFastNetwork_ChoosesAsTorchSharpOnAWholePartition() => AssertAlike("cnn1", int.MaxValue);

    [RealDataFact]
    public void Export_OfTheOtherNetworks_ChooseAsTorchSharpOnSomeRows()
    {
        foreach (string name in NetworkPresets.Names.Skip(1))
            AssertAlike(name, 96);
    }

    private static byte[][] Read(int rows) =>
    [
        .. File.ReadLines(RealData.PathOf("deeploc2", "partition0.csv")).Skip(1).Take(rows).Select(line =>
        {
            var tokens = new byte[Length];
            return tokens[..SequenceTokens.Encode(line.Split(',')[1], SequenceEnds.Both, tokens)];
        }),
    ];

    private void AssertAlike(string name, int rows)
    {
        using ProteinNetworkModel model = RandomModel.Make(NetworkPresets.Get(name).Config, Length);
        using var exported = new ExportedModel(model.AsTransformer());
        byte[][] proteins = [.. Read(rows).OrderBy(protein => protein.Length)];
        Assert.True(proteins.Length >= Math.Min(rows, 1000));

        float[][] expected = model.Score(proteins);
        float[][] actual = [.. proteins.Chunk(BatchSize).SelectMany(batch => exported.Score(batch))];

        int ties = 0, chosen = expected.Select(row => row.AsSpan().IndexOf(row.Max())).Distinct().Count();
        float worst = 0;
        foreach ((float[] one, float[] other) in expected.Zip(actual))
        {
            worst = Math.Max(worst, one.Zip(other).Max(pair => Math.Abs(pair.First - pair.Second)));
            float[] best = [.. one.OrderDescending().Take(2)];
            if (best[0] - best[1] <= Tie)
                ties++;
            else
                Assert.Equal(Array.IndexOf(one, one.Max()), Array.IndexOf(other, other.Max()));
        }

        output.WriteLine($"{name}: {proteins.Length} proteins, largest difference {worst:E1}, {ties} near ties, {chosen} classes chosen");
        Assert.InRange(worst, 0, 1e-4);
        Assert.True(chosen > 1, "The network calls all proteins the same.");
    }
}
