using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ScottPlot;
using SkiaSharp;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>A drawn picture, which becomes PNG or SVG. <see cref="ProteinPictures"/> draws them.</summary>
public sealed class Picture
{
    /// <summary>Width of every picture, in units: pixels of a screen without scaling.</summary>
    public const int Width = 900;

    // Sharp on screens of two pixels a unit, and in print.
    private const int PixelsPerUnit = 2;

    private const int Margin = 8;

    private readonly Panel[] _panels;

    internal Picture(string name, string title, string description, int height, params Panel[] panels)
    {
        (Name, Title, Description, Height, _panels) = (name, title, description, height, panels);
        foreach (Panel panel in panels)
            Style.SetFont(panel.Plot);
    }

    /// <summary>Short name for a file: lower-case letters, digits and hyphens.</summary>
    public string Name { get; }

    /// <summary>Title, as it stands in the picture.</summary>
    public string Title { get; }

    /// <summary>What the picture shows, in words, for those who cannot see it.</summary>
    public string Description { get; }

    /// <summary>Height in units.</summary>
    public int Height { get; }

    /// <summary>Whether there is a font to write with; without one pictures have no text.</summary>
    public static bool HasFonts => SKFontManager.Default.FontFamilyCount > 0;

    /// <summary>The picture as PNG, 1800 pixels wide.</summary>
    public byte[] ToPng()
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width * PixelsPerUnit, Height * PixelsPerUnit));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(PixelsPerUnit);
        Draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The picture as SVG, with its title and description.</summary>
    public string ToSvg()
    {
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream))
            Draw(canvas);

        stream.Position = 0;
        XDocument document = XDocument.Load(stream);
        XElement root = document.Root!;
        XNamespace svg = root.Name.Namespace;
        root.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {Height}"));
        root.SetAttributeValue("role", "img");
        root.AddFirst(
            new XElement(svg + "title", Title),
            new XElement(svg + "desc", Description),
            new XElement(svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", "white")));
        // What Skia clears becomes a black area below everything.
        root.Descendants(svg + "rect").Where(area => area.Parent!.Name.LocalName != "clipPath" && area.Attribute("fill") is null && (string?)area.Attribute("width") == $"{Width}"
            && (string?)area.Attribute("height") == $"{Height}").ToList().ForEach(area => area.Remove());
        foreach (XElement written in root.Descendants(svg + "text"))
        {
            // Letters have places of their own, so another font still fits.
            written.SetAttributeValue("font-family", $"{(string?)written.Attribute("font-family")}, Arial, Helvetica, sans-serif");
            written.Value = written.Value.Trim();
        }

        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
            document.Save(writer);
        return text.ToString();
    }

    /// <summary>Writes the picture to a file.</summary>
    /// <param name="path">The file; it is replaced.</param>
    /// <param name="format">Its format.</param>
    public void Save(string path, PictureFormat format) => File.WriteAllBytes(path, format == PictureFormat.Png ? ToPng() : Encoding.UTF8.GetBytes(ToSvg()));

    private void Draw(SKCanvas canvas)
    {
        float top = 0;
        foreach (Panel panel in _panels)
        {
            // ScottPlot clears what it may draw on, so each panel has a clip of its own.
            canvas.Save();
            canvas.ClipRect(new SKRect(0, top, Width, top + panel.Height));
            canvas.Translate(0, top);
            panel.Plot.Render(canvas, new PixelRect(Margin, Width - Margin, panel.Height - (Margin / 2), 0));
            canvas.Restore();
            top += panel.Height;
        }
    }
}
