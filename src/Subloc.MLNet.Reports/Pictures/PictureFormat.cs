namespace Subloc.MLNet.Reports.Pictures;

/// <summary>File formats of pictures.</summary>
public enum PictureFormat
{
    /// <summary>Pixels, two for each unit of the picture's size.</summary>
    Png,

    /// <summary>Lines and text, sharp at any size.</summary>
    Svg,
}
