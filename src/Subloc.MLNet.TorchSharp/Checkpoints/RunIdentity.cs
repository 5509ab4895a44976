using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>What makes two trainings the same one, as named texts: settings, data and rows.</summary>
internal static class RunIdentity
{
    // Of these the weights do not depend, or the seed stands for them, or they are looked at by themselves.
    private static readonly HashSet<string> _ignored =
    [
        nameof(ProteinNetworkOptions.LabelColumnName), nameof(ProteinNetworkOptions.FeatureColumnName),
        nameof(ProteinNetworkOptions.MaskColumnName), nameof(ProteinNetworkOptions.PartitionColumnName), nameof(ProteinNetworkOptions.Families),
        nameof(ProteinNetworkOptions.Epochs), nameof(ProteinNetworkOptions.Seed), nameof(ProteinNetworkOptions.Device),
        nameof(ProteinNetworkOptions.Threads), nameof(ProteinNetworkOptions.CacheBytes), nameof(ProteinNetworkOptions.Callbacks), nameof(ProteinNetworkOptions.Checkpoint),
        nameof(ProteinNetworkOptions.CancellationToken),
    ];

    private static readonly JsonSerializerOptions _json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly Dictionary<string, string> _defaults = Settings(new ProteinNetworkOptions());

    /// <summary>What must be equal in a run that is resumed. Every setting counts unless it is named above.</summary>
    public static IReadOnlyDictionary<string, string> Of(ProteinNetworkOptions options, TrainingRows rows, int seed)
    {
        Dictionary<string, string> items = Settings(options);

        // A schedule over all steps has another rate in each where there are more of them.
        if (options.Schedule is not (ConstantSchedule or PlateauSchedule))
            items[nameof(options.Epochs)] = Text(options.Epochs);
        items["Seed"] = Text(seed);
        items["Features"] = string.Create(CultureInfo.InvariantCulture, $"{(rows.Features.IsTokens ? "tokens" : "channels")}, {rows.Features.Length} x {rows.Features.Channels}");
        items["Classes"] = string.Join(", ", rows.ClassNames);
        items["Data"] = $"{rows.Set.Count} proteins with hash {rows.Targets.Hash()[..16]}";
        items["Rows to learn from"] = Text(rows.Training);
        items["Rows held out"] = Text(rows.Validation);
        return items;
    }

    /// <summary>What changes the last bits of the results where it is not equal.</summary>
    /// <param name="device">Where the run computes.</param>
    /// <param name="type">Type of the network's features.</param>
    public static IReadOnlyDictionary<string, string> Circumstances(Device device, ScalarType type)
    {
        var items = new Dictionary<string, string>
        {
            ["the number of threads"] = Text(get_num_threads()),
            ["the device"] = device.ToString(),
            ["the precision"] = type.ToString(),
        };
        foreach ((string package, string version) in PackageVersions.All)
            items[$"the version of {package}"] = version;
        return items;
    }

    /// <summary>Says, item by item, what differs.</summary>
    /// <remarks>
    /// A setting of the trainer that a checkpoint of an earlier version does not know is taken to have been at its default, which does what was done
    /// before. One of a network, an optimizer or a schedule is not: they have a name with a dot.
    /// </remarks>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        string Then(string name) => before.GetValueOrDefault(name) ?? (name.Contains('.', StringComparison.Ordinal) ? "absent" : _defaults.GetValueOrDefault(name, "absent"));
        string Now(string name) => now.GetValueOrDefault(name, "absent");
        bool Differs(string name) => Then(name) != Now(name);

        // Where a network is of another kind, its own settings need no word.
        return [.. before.Keys.Union(now.Keys)
            .Where(name => Differs(name) && (!name.Contains('.', StringComparison.Ordinal) || !Differs(name[..name.IndexOf('.', StringComparison.Ordinal)])))
            .Select(name => $"{name} was {Then(name)} and is {Now(name)}")];
    }

    private static Dictionary<string, string> Settings(ProteinNetworkOptions options)
    {
        var items = new Dictionary<string, string>();
        foreach (JsonPropertyInfo property in _json.GetTypeInfo(typeof(ProteinNetworkOptions)).Properties)
        {
            if (!_ignored.Contains(property.Name))
                AddSetting(items, property.Name, property.Get!(options), property.PropertyType);
        }

        return items;
    }

    private static void AddSetting(Dictionary<string, string> items, string name, object? value, Type declared)
    {
        JsonNode? node = value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType(), _json);
        if (value is null || node is not JsonObject all)
        {
            items[name] = node is JsonValue text && text.TryGetValue(out string? words) ? words : node?.ToJsonString() ?? "none";
            return;
        }

        // A setting that may be of several kinds.
        if (declared != value.GetType())
            items[name] = value.GetType().Name;
        foreach ((string part, JsonNode? content) in all)
            items[$"{name}.{part}"] = content?.ToJsonString() ?? "none";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(IReadOnlyList<int> rows)
    {
        byte[] hash = SHA256.HashData(MemoryMarshal.AsBytes<int>([.. rows]));
        return string.Create(CultureInfo.InvariantCulture, $"{rows.Count} with hash {Convert.ToHexStringLower(hash)[..16]}");
    }
}
