using Microsoft.ML;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.FirstClass;

/// <summary>Names every internal member of ML.NET that this library uses, so that a change of ML.NET is noticed here first.</summary>
public sealed class MachineLearningInternalsTests
{
    [Fact]
    public void MachineLearning_Version_IsTheOneThatWasTested() =>
        Assert.StartsWith("5.0.1", typeof(MLContext).Assembly.GetCustomAttributes(false)
            .OfType<System.Reflection.AssemblyInformationalVersionAttribute>().Single().InformationalVersion, StringComparison.Ordinal);

    [Fact]
    public void Libraries_InternalMembers_AreTheListedOnes()
    {
        string[] listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "FirstClass", "MachineLearningInternals.txt"));

        IEnumerable<string> used = MachineLearningInternals.UsedBy(typeof(ColumnNames).Assembly)
            .Union(MachineLearningInternals.UsedBy(typeof(OnnxModelInfo).Assembly))
            .Union(MachineLearningInternals.UsedBy(typeof(ProteinNetworkTrainer).Assembly)).Order(StringComparer.Ordinal);

        Assert.Equal(listed, used);
    }
}
