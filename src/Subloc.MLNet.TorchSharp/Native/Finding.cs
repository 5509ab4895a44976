namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>One thing that <see cref="LibTorch.Inspect"/> noticed.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">A sentence that says what is so and, where there is one, the cure.</param>
public sealed record Finding(FindingSeverity Severity, string Message);
