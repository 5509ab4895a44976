namespace Subloc.MLNet.TorchSharp.Tests.Explanation;

/// <summary>A protein as a row.</summary>
internal sealed class LabelledRow
{
    public string Id { get; set; } = "";

    public string Sequence { get; set; } = "";

    public string Label { get; set; } = "";
}
