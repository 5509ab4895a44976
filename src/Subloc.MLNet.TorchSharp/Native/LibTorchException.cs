namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>libtorch cannot be started here; the message says why and what to do.</summary>
public sealed class LibTorchException : InvalidOperationException
{
    /// <summary>Creates the exception without a reason.</summary>
    public LibTorchException()
        : base("libtorch cannot be started.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    public LibTorchException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    /// <param name="innerException">The failure behind it.</param>
    public LibTorchException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
