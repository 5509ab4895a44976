using Subloc.MLNet.TorchSharp.Families;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

public sealed class FamilySharesTests
{
    private static readonly FamilyShares _shares = new([[1, 0], [1, 0], [0.5, 0.5], [0, 1]]);

    [Fact]
    public void OfAll_CountsOneMoreOfEachCompartment() => Nearly.Equal([3.5 / 6, 2.5 / 6], Doubles(_shares.OfAll), 1e-6);

    [Fact]
    public void Of_SomeProteins_CountsThreeMoreThatAreSharedLikeAll() =>
        Nearly.Equal([(1.5 + (3 * 3.5 / 6)) / 5, (0.5 + (3 * 2.5 / 6)) / 5], Doubles(_shares.Of([0, 2])), 1e-6);

    [Fact]
    public void Tell_SomeProteins_IsTheDivergenceFromAll()
    {
        double[] all = [3.5 / 6, 2.5 / 6], own = [(3 * all[0]) / 4, (1 + (3 * all[1])) / 4];

        Assert.Equal((own[0] * Math.Log(own[0] / all[0])) + (own[1] * Math.Log(own[1] / all[1])), _shares.Tell([3]), 1e-12);
        Assert.Equal(0, new FamilyShares([[1, 0], [0, 1]]).Tell([0, 1]), 1e-12);
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
