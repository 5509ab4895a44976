using Microsoft.ML.OnnxRuntime;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>Starts ONNX Runtime.</summary>
internal static class OnnxSessions
{
    /// <summary>Loads a model.</summary>
    /// <param name="model">Content of the file.</param>
    /// <param name="name">What to call the model in messages.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot run it.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime cannot be loaded on this system.</exception>
    public static InferenceSession Start(byte[] model, string name)
    {
        try
        {
            using SessionOptions options = MakeOptions();
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"{name}: ONNX Runtime cannot run the model: {Sentence(error)}", error);
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                $"The native library of ONNX Runtime cannot be loaded; publish the application for this system, with its package Microsoft.ML.OnnxRuntime. The system says: {(error.InnerException ?? error).Message.TrimEnd()}", error);
        }
    }

    /// <summary>What ONNX Runtime says, in one line.</summary>
    public static string Sentence(OnnxRuntimeException error)
    {
        string message = error.Message;
        int line = message.AsSpan().IndexOfAny('\r', '\n');
        return (line < 0 ? message : message[..line]).TrimEnd('.', ' ') + ".";
    }

    // Batches run side by side, each on the thread that calls: a session needs no threads of its own, none that wait in a loop for work,
    // and no plan of memory for one shape that no second batch has.
    private static SessionOptions MakeOptions()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }
}
