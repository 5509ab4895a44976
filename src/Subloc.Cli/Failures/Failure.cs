using System.Reflection;
using Subloc.MLNet.TorchSharp.Native;

namespace Subloc.Cli.Failures;

/// <summary>What a user is told about an exception: one sentence and an exit code.</summary>
internal sealed record Failure(string Sentence, int ExitCode)
{
    // Words of the library's options in its messages, and what they are called here.
    private static readonly (string Library, string Tool)[] _vocabulary =
    [
        ("set RequireLabel to false", "leave such proteins out with --lenient"),
        ("set AllowDuplicateIds", "leave repeated ones out with --lenient"),
        ("in IdColumn", "in --id"),
        ("in SequenceColumn", "in --sequence"),
        ("in LabelColumn", "in --label"),
        ("in PartitionColumn", "in --partition"),
        ("set Resume", "give --resume"),
        ("set Output to Mean", "use --network mlp"),
        ("lower MaxResidues to what it reads at once, or BatchTokens where memory is short", "use one that reads 1022 residues at once"),
        ("set Vocabulary to Esm2 or ProtBert", "export it with optimum-cli"),
        ("use Occlusion or IntegratedGradients", "use --explain occlusion or --explain gradients"),
        ("use Occlusion", "use --explain occlusion"),
        ("BatchSize was", "--batch-size was"),
        ("LearningRate was", "--learning-rate was"),
        ("Patience was", "--patience was"),
        ("ValidationFraction was", "--validation-fraction was"),
        ("Seed was", "--seed was"),
        ("Input was", "--input was"),
        ("and Epochs is", "and --epochs is"),
    ];

    /// <summary>Describes an exception.</summary>
    public static Failure Of(Exception error)
    {
        Exception cause = Unwrap(error);
        bool isRequest = cause is RequestException or FileNotFoundException or DirectoryNotFoundException;
        return new Failure(Describe(cause), isRequest ? 2 : 1);
    }

    /// <summary>Says what the library says in the words of this tool.</summary>
    public static string Translate(string message)
    {
        foreach ((string library, string tool) in _vocabulary)
            message = message.Replace(library, tool, StringComparison.Ordinal);
        return message;
    }

    private static Exception Unwrap(Exception error)
    {
        while (error.InnerException is { } inner && IsWrapper(error))
            error = inner;

        return error;
    }

    // ML.NET rethrows what a worker thread or a constructor found inside exceptions that say nothing themselves.
    private static bool IsWrapper(Exception error) => error is AggregateException or TargetInvocationException or TypeInitializationException
        || (error is InvalidOperationException && (error.Message.Contains("worker encountered exception", StringComparison.Ordinal)
            || error.Message.StartsWith("Error during class instantiation", StringComparison.Ordinal)));

    private static string Describe(Exception cause)
    {
        string message = cause.Message;
        if (cause is ArgumentException)
            message = WithoutParameter(message);
        message = string.Join(' ', message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        message = Translate(message);
        return IsExpected(cause) ? message : $"Unexpected {cause.GetType().Name}: {message} Set SUBLOC_TRACE=1 to see where it arose.";
    }

    private static bool IsExpected(Exception cause) => cause is RequestException or IOException or InvalidDataException
        or UnauthorizedAccessException or InvalidOperationException or ArgumentException or OperationCanceledException
        or NotSupportedException or LibTorchException;

    private static string WithoutParameter(string message)
    {
        int parameter = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return parameter < 0 ? message : message[..parameter];
    }
}
