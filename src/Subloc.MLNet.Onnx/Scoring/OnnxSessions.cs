using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>Starts ONNX Runtime.</summary>
internal static class OnnxSessions
{
    // A damaged file may ask for any memory while it runs, and the system would end the process. A batch needs less than a tenth of this.
    private const uint MostBytes = uint.MaxValue;

    private static readonly Lazy<bool> _hasLimit = new(LimitMemory);

    /// <summary>Loads a model.</summary>
    /// <param name="model">Content of the file.</param>
    /// <param name="name">What to call the model in messages.</param>
    /// <param name="hasShortSums">Whether two products of bytes fit into 16 bits, where there are any.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot run it.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime cannot be loaded on this system.</exception>
    public static InferenceSession Start(byte[] model, string name, bool hasShortSums)
    {
        try
        {
            using SessionOptions options = MakeOptions(hasShortSums);
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
    private static SessionOptions MakeOptions(bool hasShortSums)
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
        if (_hasLimit.Value)
        {
            options.AddSessionConfigEntry("session.use_env_allocators", "1");
            options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        }

        // Without VNNI products of bytes are added in 16 bits, which may be too few; the other way is slower, with VNNI as well.
        if (X86Base.IsSupported && !hasShortSums && !HasVnni())
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }

    // .NET names the older form of these instructions only.
    private static bool HasVnni() => AvxVnni.IsSupported || (Avx512F.IsSupported && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0);

    // All sessions share the limited memory, beside their weights. False where the program has set up ONNX Runtime's memory itself.
    private static bool LimitMemory()
    {
        try
        {
            using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg(MostBytes, arenaExtendStrategy: -1, initialChunkSizeBytes: -1, maxDeadBytesPerChunk: -1);
            OrtEnv.Instance().CreateAndRegisterAllocator(memory, arena);
            return true;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }
}
