using System.Diagnostics;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>A test that runs <c>onnx.checker</c>; reported as skipped where Python's onnx package is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnnxCheckerFactAttribute : FactAttribute
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> _isInstalled = new(() => File.Exists(Python) && Run("import onnx").ExitCode == 0);

    public OnnxCheckerFactAttribute()
    {
        if (!_isInstalled.Value)
            Skip = "Needs onnx.checker: install the package python3-onnx.";
    }

    /// <summary>Runs a Python program.</summary>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, ["-c", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, (output + errors.Result).Trim());
    }
}
