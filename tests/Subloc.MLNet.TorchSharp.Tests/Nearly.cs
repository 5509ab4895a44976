namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Compares rows of numbers with a tolerance.</summary>
internal static class Nearly
{
    /// <summary>Asserts that there are as many numbers and that none differs by more than the tolerance.</summary>
    public static void Equal(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    /// <inheritdoc cref="Equal(IReadOnlyList{double}, IReadOnlyList{double}, double)"/>
    public static void Equal(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance) =>
        Equal([.. expected.Select(value => (double)value)], (double[])[.. actual.Select(value => (double)value)], tolerance);
}
