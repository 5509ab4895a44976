using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Pretrained.Tests;

/// <summary>What the test assembly does when it is started as a program.</summary>
internal static class TestProgram
{
    public static int Main(string[] arguments) => arguments is [string model, string sequence] ? Locate(model, sequence) : 2;

    /// <summary>Runs the test assembly as a program.</summary>
    /// <returns>Its exit code and its output.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(host, ["exec", typeof(TestProgram).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (output + await errors).Trim());
    }

    // Names no type of this library: what is needed is loaded because the model asks for it.
    private static int Locate(string model, string sequence)
    {
        var context = new MLContext();
        ITransformer loaded = context.Model.Load(model, out DataViewSchema _);
        IDataView located = loaded.Transform(context.Data.LoadFromEnumerable([new Input { Sequence = sequence }]));
        string compartment = located.GetColumn<string>("PredictedLabel").Single();
        float confidence = located.GetColumn<float>("Confidence").Single();
        using var self = Process.GetCurrentProcess();
        bool hasTorch = self.Modules.Cast<ProcessModule>().Any(module => module.ModuleName.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{compartment} {BitConverter.SingleToInt32Bits(confidence):x8} {hasTorch}"));
        return 0;
    }

    private sealed class Input
    {
        public string Sequence { get; set; } = "";
    }
}
