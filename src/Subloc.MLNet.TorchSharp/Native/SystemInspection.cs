using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Collects a <see cref="LibTorchReport"/>. Whatever fails on the way becomes a finding.</summary>
internal sealed class SystemInspection(Func<LoadedLibTorch> start)
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const string DriverFile = "/proc/driver/nvidia/version";

    private static readonly (string Flag, string Name)[] _features =
        [("avx2", "AVX2"), ("avx512f", "AVX-512F"), ("avx512_bf16", "AVX512_BF16"), ("amx_bf16", "AMX_BF16")];

    private readonly Func<LoadedLibTorch> _start = start;
    private readonly List<Finding> _findings = [];

    /// <summary>Looks at the system, starts torch and asks it.</summary>
    public LibTorchReport Run()
    {
        var report = new LibTorchReport
        {
            OperatingSystem = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            TorchSharpVersion = BuildVersions.TorchSharp,
            ProcessorCount = Environment.ProcessorCount,
            ProcessorFeatures = Try("the processor's features", ReadFeatures, []),
            NvidiaDriver = Try("the NVIDIA driver", ReadDriver, null),
        };
        report = Try("the C and C++ libraries", () => WithLibraries(report), report);
        report = Try("libtorch", () => WithTorch(report), report);
        AddAdvice(report);
        return report with { Findings = [.. _findings.OrderByDescending(finding => finding.Severity)] };
    }

    private T Try<T>(string subject, Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (LibTorchException exception)
        {
            _findings.Add(new(FindingSeverity.Error, exception.Message));
        }
        catch (Exception exception)
        {
            // A report on a broken system must not fail itself.
            _findings.Add(new(FindingSeverity.Warning, $"Nothing could be found out about {subject}: {exception.Message}"));
        }

        return otherwise;
    }

    private static LibTorchReport WithLibraries(LibTorchReport report)
    {
        if (!OperatingSystem.IsLinux())
            return report;

        var libraries = LinuxLibraries.Read();
        return report with
        {
            LibcVersion = libraries.LibcVersion?.ToString(),
            StandardLibraryPath = libraries.StandardLibraryPath,
            StandardLibraryVersion = libraries.HighestStandardLibraryVersion?.ToString(),
        };
    }

    private LibTorchReport WithTorch(LibTorchReport report)
    {
        var loaded = _start();
        var available = torch.cuda.is_available();
        return report with
        {
            IsStarted = true,
            LibTorchVersion = loaded.Installation.Version,
            LibTorchFolder = loaded.Installation.Folder,
            LibTorchSource = loaded.Installation.Source,
            AdjustedLibraryPath = loaded.AdjustedPath,
            TorchThreadCount = torch.get_num_threads(),
            AreConvolutionsRight = ConvolutionCheck.IsRightOn(torch.CPU),
            IsCudaAvailable = available,
            CudaDeviceCount = available ? torch.cuda.device_count() : 0,
        };
    }

    private void AddAdvice(LibTorchReport report)
    {
        if (report.AdjustedLibraryPath is not null)
        {
            _findings.Add(new(FindingSeverity.Information,
                $"libstdc++ {report.StandardLibraryVersion} is older than TorchSharp's library asks for, so an adjusted copy of that library is in use; nothing is to be done."));
        }

        if (report is { IsStarted: true, NvidiaDriver: not null, IsCudaAvailable: false })
        {
            _findings.Add(new(FindingSeverity.Warning,
                $"There is an NVIDIA driver ({report.NvidiaDriver}), but this libtorch computes on the processor only; to use the GPU let "
                + $"{NativeEnvironment.LibTorchVariable} name a PyTorch {BuildVersions.LibTorch} installation with CUDA, or build with -p:TorchBackend=cuda-linux."));
        }

        if (report.Architecture == "x64" && report.ProcessorFeatures.Count == 0)
            _findings.Add(new(FindingSeverity.Warning, "The processor has no AVX2, so training and scoring will be several times slower; use a newer machine."));

        if (report.AreConvolutionsRight == false)
        {
            _findings.Add(new(FindingSeverity.Warning,
                "This libtorch convolves wrongly on this processor where channels or filters are no multiple of 16; the networks here calculate around that, "
                + "and one of your own that calls conv1d or conv2d itself should have 16, 32, ... of both, and windows of more than one position."));
        }

        if (report.TorchThreadCount < report.ProcessorCount)
        {
            _findings.Add(new(FindingSeverity.Information,
                $"torch uses {report.TorchThreadCount} of {report.ProcessorCount} processors; OMP_NUM_THREADS or the number of threads asked for says how many."));
        }
    }

    private static IReadOnlyList<string> ReadFeatures()
    {
        if (!OperatingSystem.IsLinux())
            return [.. new[] { (Avx2.IsSupported, "AVX2"), (Avx512F.IsSupported, "AVX-512F") }.Where(known => known.Item1).Select(known => known.Item2)];

        var line = File.ReadLines(ProcessorFile).FirstOrDefault(text => text.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        var flags = line.Split((char[])[' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        return [.. _features.Where(feature => flags.Contains(feature.Flag)).Select(feature => feature.Name)];
    }

    private static string? ReadDriver()
    {
        if (!File.Exists(DriverFile))
            return null;

        // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 ..."
        var words = File.ReadLines(DriverFile).First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.FirstOrDefault(word => char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal)) ?? string.Join(' ', words);
    }
}
