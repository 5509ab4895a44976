using System.Xml.Linq;
using Subloc.MLNet.Reports.Pictures;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Tests.Pictures;

public sealed class PictureTests
{
    private const string Hostile = "</text><script>alert(1)</script>\"onload=\"x\u0001";

    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    private static readonly Dictionary<string, Func<Picture>> _pictures = new()
    {
        ["counts"] = () => ProteinPictures.ConfusionMatrix(Samples.Classes, Samples.Confusion),
        ["shares"] = () => ProteinPictures.ConfusionMatrix(Samples.Classes, Samples.Confusion, isNormalized: true),
        ["curves"] = () => ProteinPictures.TrainingCurves(Samples.Curves),
        ["precision-recall"] = () => ProteinPictures.PrecisionRecall(Samples.Classes, Samples.Ranks),
        ["roc"] = () => ProteinPictures.Roc(Samples.Classes, Samples.Ranks),
        ["reliability"] = () => ProteinPictures.Reliability(Samples.Bins(-0.08), Samples.Bins(-0.01)),
        ["one-reliability"] = () => ProteinPictures.Reliability(Samples.Bins(-0.08)),
        ["importance"] = () => ProteinPictures.Importance(Samples.Protein()),
        ["long-importance"] = () => ProteinPictures.Importance(Samples.Protein("a long one", 5000)),
        ["composition"] = () => ProteinPictures.ClassComposition([.. Samples.Classes.Zip(Samples.Counts, KeyValuePair.Create)]),
        ["lengths"] = () => ProteinPictures.Lengths(Samples.Lengths, 434),
    };

    public static TheoryData<string> Names => [.. _pictures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Picture_Drawn_IsTitledPngAndSvg(string name)
    {
        Picture picture = _pictures[name]();

        byte[] png = picture.ToPng();
        XElement svg = XDocument.Parse(picture.ToSvg()).Root!;

        Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
        Assert.Equal(2 * Picture.Width, (png[18] << 8) + png[19]);
        Assert.Equal(2 * picture.Height, (png[22] << 8) + png[23]);
        Assert.Equal($"0 0 900 {picture.Height}", (string?)svg.Attribute("viewBox"));
        Assert.Equal(picture.Title, (string?)svg.Element(_svg + "title"));
        Assert.NotEmpty(picture.Description);
        if (Picture.HasFonts)
            Assert.Contains(svg.Descendants(_svg + "text"), text => text.Value.StartsWith(picture.Title.Split(':')[0].Split('…')[0], StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("SUBLOC_PICTURES") is { Length: > 0 } folder)
        {
            picture.Save(Path.Combine(folder, $"{name}.png"), PictureFormat.Png);
            picture.Save(Path.Combine(folder, $"{name}.svg"), PictureFormat.Svg);
        }
    }

    [Fact]
    public void Svg_TextFromFiles_StaysText()
    {
        Picture[] pictures =
        [
            ProteinPictures.ConfusionMatrix([Hostile, "b"], [[1, 2], [3, 4]]),
            ProteinPictures.Roc([Hostile, "b"], [RankedProteins.Of([(0.2, false), (0.8, true)]), null]),
            ProteinPictures.TrainingCurves([Samples.Curves[0] with { Name = Hostile }]),
            ProteinPictures.ClassComposition([KeyValuePair.Create(Hostile, 3)]),
            ProteinPictures.Importance(Samples.Protein(Hostile) with { Class = Hostile, Motifs = [new(Hostile, 1, 3, "")] }),
        ];

        foreach (XElement element in pictures.SelectMany(picture => XDocument.Parse(picture.ToSvg()).Descendants()))
        {
            Assert.Contains(element.Name.LocalName, (string[])["svg", "title", "desc", "rect", "text", "path", "line", "g", "defs", "clipPath", "use", "ellipse", "circle", "polygon", "polyline"]);
            Assert.DoesNotContain(element.Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void Pictures_WithoutData_AreRefused()
    {
        Assert.Throws<ArgumentException>("classNames", () => ProteinPictures.ConfusionMatrix([], []));
        Assert.Throws<ArgumentException>("counts", () => ProteinPictures.ConfusionMatrix(["a", "b"], [[1, 2]]));
        Assert.Throws<ArgumentException>("curves", () => ProteinPictures.TrainingCurves([]));
        Assert.Throws<ArgumentException>("ranks", () => ProteinPictures.Roc(["a"], []));
        Assert.Throws<ArgumentException>("bins", () => ProteinPictures.Reliability([]));
        Assert.Throws<ArgumentException>("bins", () => ProteinPictures.Lengths([]));
        Assert.Throws<ArgumentException>("classes", () => ProteinPictures.ClassComposition([]));
        Assert.Throws<ArgumentException>("protein", () => ProteinPictures.Importance(Samples.Protein() with { Importance = [1] }));
    }

    [Fact]
    public void Pictures_OfLittle_AreDrawn()
    {
        Assert.NotEmpty(ProteinPictures.ConfusionMatrix(["a", "b"], [[0, 0], [0, 0]], isNormalized: true).ToPng());
        Assert.NotEmpty(ProteinPictures.TrainingCurves([new("one", [new(1, 2, 0.5, null, null)], 1)]).ToPng());
        Assert.NotEmpty(ProteinPictures.TrainingCurves([new("none", [], 0)]).ToPng());
        Assert.NotEmpty(ProteinPictures.Lengths([new(100, 126, 1)]).ToPng());
        Assert.NotEmpty(ProteinPictures.Importance(Samples.Protein() with { Sequence = "M", Importance = [0], Motifs = [] }).ToPng());
    }
}
