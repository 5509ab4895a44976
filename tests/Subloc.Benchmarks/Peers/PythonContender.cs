using System.Diagnostics;
using System.Globalization;
using Subloc.Benchmarks.Measuring;

namespace Subloc.Benchmarks.Peers;

/// <summary>PyTorch in a Python process of its own, which waits for requests between its windows.</summary>
internal sealed class PythonContender : IContender
{
    private const string Cure = "apt-get install python3-torch libopenblas0-pthread (Debian)";

    private readonly Process _process;
    private readonly int _classes;

    private PythonContender(Process process, int classes) => (_process, _classes) = (process, classes);

    public string Name => "(b) PyTorch";

    public bool NeedsSample => false;

    /// <summary>Versions and settings of the peer.</summary>
    public string Versions { get; private set; } = "";

    /// <summary>Starts the process and gives it the proteins; null, and why, where Python or PyTorch is missing.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="proteins">The proteins.</param>
    /// <param name="classes">Number of compartments.</param>
    /// <param name="threads">Threads of one operation.</param>
    public static (PythonContender? Contender, string Problem) Start(string python, ReadyProteins proteins, int classes, int threads)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Peers", "torch_peer.py"), $"{threads}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // Debian's threaded OpenBLAS and torch's OpenMP threads otherwise fight for the cores; waiting threads sleep soon, as this
        // library's do, for else every other program on the machine slows Python many times down.
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment.TryAdd("GOMP_SPINCOUNT", "10000");
        string file = Path.GetTempFileName();
        PythonContender? contender = null;
        try
        {
            contender = new PythonContender(Process.Start(start)!, classes);
            contender.Versions = contender.Ask("versions");
            proteins.Write(file);
            contender.Ask($"load {file} {proteins.Count} {proteins.Length}");
            return (contender, "");
        }
        catch (Exception problem) when (problem is System.ComponentModel.Win32Exception or IOException)
        {
            contender?.Dispose();
            return (null, $"(b) is left out: {python} with PyTorch did not start ({problem.Message}); {Cure}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    public long Build(string network, int batchSize) => long.Parse(Ask($"network {network} {_classes} {batchSize}"), CultureInfo.InvariantCulture);

    public Lap Train(int count) => Time($"train {count}");

    public Lap Score(int count) => Time($"score {count}");

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before.
        }

        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private Lap Time(string request)
    {
        double[] times = Array.ConvertAll(Ask(request).Split(' '), time => double.Parse(time, CultureInfo.InvariantCulture));
        return new Lap(times[0], times[1]);
    }

    private string Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new IOException($"it ended on '{request}'");
        return answer.StartsWith("ok", StringComparison.Ordinal) ? answer[2..].Trim() : throw new InvalidOperationException($"Python answered '{request}' with: {answer}");
    }
}
