using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Subloc.Cli.Tests;

/// <summary>The tool in a process of its own.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _error = new();

    public ChildProcess(params string[] args)
        : this([], args)
    {
    }

    /// <param name="environment">Variables of the process beside those of this one.</param>
    /// <param name="args">What the user types after <c>subloc</c>.</param>
    public ChildProcess((string Name, string Value)[] environment, params string[] args)
    {
        string[] all = [Path.Combine(AppContext.BaseDirectory, "subloc.dll"), .. args];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_error)
            {
                if (line.Data is not null)
                    _error.Append(line.Data).Append('\n');
                Monitor.PulseAll(_error);
            }
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Reads the output up to a line that holds a text.</summary>
    public void WaitForLine(string text)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        _process.WaitForExit();
        Assert.Fail($"No line of the output held '{text}'; the error stream: {_error}");
    }

    /// <summary>Waits for a line of the error stream that holds a text.</summary>
    public void WaitForError(string text)
    {
        lock (_error)
        {
            while (!_error.ToString().Contains(text, StringComparison.Ordinal))
                Assert.True(Monitor.Wait(_error, _patience), $"The error stream never held '{text}'.");
        }
    }

    /// <summary>Sends a signal, INT or TERM for example.</summary>
    /// <remarks>
    /// A script that starts the tests in the background makes them, and their children, ignore INT. TERM, which the tool treats
    /// alike, is sent instead then.
    /// </remarks>
    /// <returns>The exit code of a process that ends by the signal.</returns>
    public int Signal(string name)
    {
        if (name == "INT" && IgnoresInterrupt())
            name = "TERM";
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
        return 128 + name switch { "INT" => 2, "KILL" => 9, _ => 15 };
    }

    /// <summary>Waits for the end.</summary>
    public CommandRun Finish()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        Assert.True(_process.WaitForExit(_patience), "The process did not end.");
        _process.WaitForExit();
        return new CommandRun(_process.ExitCode, output.Result, _error.ToString());
    }

    /// <summary>Sends a signal again and again until the end.</summary>
    public CommandRun FinishUnderSignals(string name)
    {
        using Process shell = Process.Start("sh", ["-c", $"while kill -{name} {_process.Id} 2>&-; do sleep 0.003; done"]);
        CommandRun run = Finish();
        shell.WaitForExit();
        return run;
    }

    /// <summary>Waits for the end and gives the largest working set that was seen, in bytes.</summary>
    public long FinishMeasuringMemory()
    {
        long peak = 0;
        while (!_process.WaitForExit(20))
        {
            try
            {
                _process.Refresh();
                peak = Math.Max(peak, _process.WorkingSet64);
            }
            catch (InvalidOperationException) when (_process.HasExited)
            {
                // It ended between the wait and the look.
            }
        }

        Assert.True(peak > 0, "The process ended before its memory was seen.");
        Assert.Equal(0, _process.ExitCode);
        return peak;
    }

    private bool IgnoresInterrupt()
    {
        string status = $"/proc/{_process.Id}/status";
        string? ignored = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        return ignored is not null && (ulong.Parse(ignored.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0b10) != 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
