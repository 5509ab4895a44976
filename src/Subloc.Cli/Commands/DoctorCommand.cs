using System.CommandLine;
using System.Text.Json.Nodes;
using Subloc.Cli.Display;
using Subloc.Cli.Files;
using Subloc.MLNet.TorchSharp.Native;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc doctor</c>.</summary>
internal sealed class DoctorCommand : DocumentedCommand
{
    private readonly RunOptions _run;

    public DoctorCommand(CommandHost host)
        : base("doctor", "Says whether this computer can run networks: which libtorch and GPU were found, and what is wrong.",
            """
            Exit code 0 when networks can run, 1 when they cannot.

            Example: subloc doctor
            """)
    {
        _run = new RunOptions(this, computes: false);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Inspect(request, session)));
    }

    private int Inspect(ParseResult request, Session session)
    {
        JsonFile json = _run.Json(request, []);
        LibTorchReport report = LibTorch.Inspect();
        session.Terminal.Show(MakeTable(report));
        foreach (Finding finding in report.Findings)
            session.Terminal.Line($"{finding.Severity}: {finding.Message}");
        session.Terminal.Line(report.IsStarted ? "Networks can run on this computer." : "Networks cannot run on this computer.");
        json.Write((JsonObject)JsonFile.Node(report)!);
        return report.IsStarted ? 0 : 1;
    }

    private static ResultTable MakeTable(LibTorchReport report)
    {
        var table = new ResultTable("system", "") { IsText = true };
        table.Add("operating system", $"{report.OperatingSystem} ({report.Architecture})");
        if (report.LibcVersion is not null)
            table.Add("glibc", report.LibcVersion);
        if (report.StandardLibraryPath is not null)
            table.Add("libstdc++", $"{report.StandardLibraryPath} (GLIBCXX {report.StandardLibraryVersion ?? "unknown"})");
        table.Add("TorchSharp", report.TorchSharpVersion);
        table.Add("libtorch", report.LibTorchVersion ?? "unknown");
        table.Add("libtorch folder", report.LibTorchFolder is null ? "not found" : $"{report.LibTorchFolder} ({report.LibTorchSource})");
        if (report.AdjustedLibraryPath is not null)
            table.Add("adjusted library", report.AdjustedLibraryPath);
        table.Add("processors", $"{report.ProcessorCount}, torch uses {report.TorchThreadCount?.ToString() ?? "none"} ({string.Join(", ", report.ProcessorFeatures)})");
        table.Add("NVIDIA driver", report.NvidiaDriver ?? "none");
        table.Add("GPUs", report.IsCudaAvailable ? $"{report.CudaDeviceCount}" : "none that torch can use");
        return table;
    }
}
