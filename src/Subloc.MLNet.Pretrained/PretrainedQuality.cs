namespace Subloc.MLNet.Pretrained;

/// <summary>Which of the shipped models to use.</summary>
public enum PretrainedQuality
{
    /// <summary>The one that is right most often.</summary>
    Best,

    /// <summary>One that takes less time, where a version ships it: <see cref="ProteinLocalizer.Qualities"/>.</summary>
    Fast,
}
