using System.Text.Json;
using System.Text.Json.Serialization;

namespace Subloc.MLNet.TorchSharp.Persistence;

/// <summary>How manifests are written as JSON.</summary>
internal static class ManifestJson
{
    /// <summary>Indented, camel case, enumerations by name; unknown properties are ignored when read.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter() },
    };
}
