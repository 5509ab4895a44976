namespace Subloc.MLNet.Pretrained;

/// <summary>Which of the shipped models to use.</summary>
public enum PretrainedQuality
{
    /// <summary>The usual one: a single network.</summary>
    Fast,

    /// <summary>The one that is right most often: an average of networks, which takes more time.</summary>
    Best,
}
