using System.Diagnostics;

namespace Subloc.Cli.Tests;

/// <summary>The tool in a process of its own.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _error;

    public ChildProcess(params string[] args)
    {
        string[] all = [Path.Combine(AppContext.BaseDirectory, "subloc.dll"), .. args];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Reads the output up to a line that holds a text.</summary>
    public void WaitForLine(string text)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"No line of the output held '{text}'; the error stream: {_error.Result}");
    }

    /// <summary>Sends a signal, INT or TERM for example.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    public CommandRun Finish()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        Assert.True(_process.WaitForExit(_patience), "The process did not end.");
        return new CommandRun(_process.ExitCode, output.Result, _error.Result);
    }

    /// <summary>Waits for the end and gives the largest working set that was seen, in bytes.</summary>
    public long FinishMeasuringMemory()
    {
        long peak = 0;
        while (!_process.WaitForExit(20))
        {
            _process.Refresh();
            if (!_process.HasExited)
                peak = Math.Max(peak, _process.WorkingSet64);
        }

        Assert.Equal(0, _process.ExitCode);
        return peak;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
