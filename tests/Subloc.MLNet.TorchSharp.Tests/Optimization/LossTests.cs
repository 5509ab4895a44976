using Subloc.MLNet.TorchSharp.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Optimization;

[Collection(TorchTests.Name)]
public sealed class LossTests : IDisposable
{
    // Softmax of ln 1, ln 2, ln 5 is 1/8, 2/8, 5/8.
    private static readonly double[] _logits = [0, Math.Log(2), Math.Log(5)];
    private static readonly double[] _probabilities = [0.125, 0.25, 0.625];

    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Plain_TwoRows_IsTheMeanCrossEntropy() =>
        Assert.Equal((-Math.Log(0.25) - Math.Log(0.625)) / 2, Cost(new LossOptions(), [1, 2]), 1e-6);

    [Fact]
    public void Smoothing_OfOneRow_SpreadsAPartOverAllClasses()
    {
        // 0.3 of the target is spread: 0.1 for each of the classes, and 0.7 more for the true one.
        double expected = -0.1 * Math.Log(0.125) - 0.8 * Math.Log(0.25) - 0.1 * Math.Log(0.625);

        double cost = Cost(new LossOptions { LabelSmoothing = 0.3 }, [1]);

        Assert.Equal(expected, cost, 1e-6);
        Assert.Equal(nn.functional.cross_entropy(Logits(1), tensor([1L]), label_smoothing: 0.3).ToDouble(), cost, 1e-6);
    }

    [Fact]
    public void Focal_OfOneRow_CountsLessWhatIsSureAlready()
    {
        Assert.Equal(-Math.Pow(0.375, 2) * Math.Log(0.625), Cost(new LossOptions { FocalGamma = 2 }, [2]), 1e-6);
        Assert.Equal(-Math.Pow(0.875, 0.5) * Math.Log(0.125), Cost(new LossOptions { FocalGamma = 0.5 }, [0]), 1e-6);
    }

    [Fact]
    public void Focal_WhereAClassIsCertain_HasAFiniteGradient()
    {
        Tensor logits = tensor([200f, 0, 0]).unsqueeze(0).detach().requires_grad_();
        using var loss = new Loss(new LossOptions { FocalGamma = 0.5 }, [1, 1, 1], CPU);

        loss.Of(logits, tensor([0L])).backward();

        Assert.All(logits.grad!.data<float>().ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Balanced_UnequalClasses_CountsThemTheSameTogether()
    {
        // 8 rows of 2 classes, the third has none: 8 / (2 x 6) and 8 / (2 x 2).
        var options = new LossOptions { ClassWeighting = ClassWeighting.Balanced };

        Nearly.Equal([2 / 3.0, 2, 0], ClassWeights.Of(options, [6, 2, 0])!, 1e-12);
        Assert.Equal((-Math.Log(0.125) * 2 / 3 - Math.Log(0.25) * 2) / 2, Cost(options, [0, 1], 6, 2, 0), 1e-6);
    }

    [Fact]
    public void LogitAdjustment_UnequalClasses_AddsTheirLogarithmsInTraining()
    {
        // With shares 1/2, 1/4, 1/4 of the rows, 1/8, 2/8, 5/8 become 2/9, 2/9, 5/9; by their square roots the first becomes 1 / (1 + 2/sqrt 2 + 5/sqrt 2).
        Assert.Equal(-Math.Log(2 / 9.0), Cost(new LossOptions { LogitAdjustment = 1 }, [0], 4, 2, 2), 1e-6);
        Assert.Equal(Math.Log(1 + 7 / Math.Sqrt(2)), Cost(new LossOptions { LogitAdjustment = 0.5 }, [0], 4, 2, 2), 1e-6);
    }

    [Fact]
    public void EffectiveNumber_OfOneAndTwoRows_IsTheHandWorkedOne()
    {
        // Beta 0.5: 0.5 / 0.5 = 1 and 0.5 / 0.75 = 2/3. Of 3 rows, 1 + 2 x 2/3 = 7/3 is scaled to 3.
        double[]? weights = ClassWeights.Of(new LossOptions { ClassWeighting = ClassWeighting.EffectiveNumber, EffectiveNumberBeta = 0.5 }, [1, 2, 0]);

        Nearly.Equal([9 / 7.0, 6 / 7.0, 0], weights!, 1e-12);
    }

    [Fact]
    public void EffectiveNumber_AtItsEnds_IsNoneAndBalanced()
    {
        LossOptions none = new() { ClassWeighting = ClassWeighting.EffectiveNumber, EffectiveNumberBeta = 0 };
        LossOptions balanced = none with { EffectiveNumberBeta = 1 - 1e-9 };

        Nearly.Equal([1, 1, 1], ClassWeights.Of(none, [5, 10, 30])!, 1e-12);
        Nearly.Equal(ClassWeights.Of(new LossOptions { ClassWeighting = ClassWeighting.Balanced }, [5, 10, 30])!, ClassWeights.Of(balanced, [5, 10, 30])!, 1e-5);
    }

    [Fact]
    public void Everything_OnSoftTargets_IsTheStatedFormula()
    {
        var options = new LossOptions { LabelSmoothing = 0.3, FocalGamma = 1.5, ClassWeighting = ClassWeighting.Balanced };
        using var loss = new Loss(options, [1, 2, 5], CPU);
        double[] shares = [0.5, 0.5, 0], smoothed = [0.45, 0.45, 0.1];
        double weight = 0.5 * 8 / 3 + 0.5 * 8 / 6;
        double expected = weight * Enumerable.Range(0, 3).Sum(k => -smoothed[k] * Math.Pow(1 - _probabilities[k], 1.5) * Math.Log(_probabilities[k]));

        Assert.Equal(expected, loss.Of(Logits(1), tensor(shares, ScalarType.Float32).unsqueeze(0)).ToDouble(), 1e-5);
    }

    [Theory]
    [InlineData(0, 0, ClassWeighting.None)]
    [InlineData(0.1, 2, ClassWeighting.EffectiveNumber)]
    public void OneHotTargets_Cost_WhatClassesCost(double smoothing, double gamma, ClassWeighting weighting)
    {
        using var loss = new Loss(new LossOptions { LabelSmoothing = smoothing, FocalGamma = gamma, ClassWeighting = weighting }, [9, 3, 1], CPU);
        Tensor classes = tensor([2L, 0L]);

        double cost = loss.Of(Logits(2), nn.functional.one_hot(classes, 3).to(ScalarType.Float32)).ToDouble();

        Assert.Equal(loss.Of(Logits(2), classes).ToDouble(), cost, 1e-6);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        LossOptions[] bad =
        [
            new() { LabelSmoothing = 1 }, new() { LabelSmoothing = -0.1 }, new() { LogitAdjustment = -0.1 }, new() { LogitAdjustment = 2.1 }, new() { FocalGamma = -1 }, new() { FocalGamma = 11 },
            new() { EffectiveNumberBeta = 1 }, new() { ClassWeighting = (ClassWeighting)9 },
        ];

        Assert.All(bad, options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
    }

    public void Dispose() => _scope.Dispose();

    private static Tensor Logits(int rows) => tensor(_logits, ScalarType.Float32).expand(rows, 3);

    private static double Cost(LossOptions options, long[] classes, params double[] counts)
    {
        options.Validate();
        using var loss = new Loss(options, counts.Length == 0 ? [1, 1, 1] : counts, CPU);
        return loss.Of(Logits(classes.Length), tensor(classes)).ToDouble();
    }
}
