namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>How much a <see cref="Finding"/> matters.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Information,

    /// <summary>Works, but slower or otherwise than it could.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Error,
}
