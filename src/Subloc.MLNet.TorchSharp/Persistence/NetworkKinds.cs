using System.Reflection;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.MLNet.TorchSharp.Persistence;

/// <summary>Finds network configurations by the name that models store.</summary>
internal static class NetworkKinds
{
    /// <summary>Name of a configuration's kind.</summary>
    /// <exception cref="InvalidOperationException">The type has no <see cref="ProteinNetworkAttribute"/>.</exception>
    public static string NameOf(NetworkConfig config) =>
        config.GetType().GetCustomAttribute<ProteinNetworkAttribute>()?.ContractName
        ?? throw new InvalidOperationException(
            $"The network configuration {config.GetType()} cannot be saved because it has no name; put [ProteinNetwork(\"name\")] on it.");

    /// <summary>Reads a stored configuration.</summary>
    /// <exception cref="InvalidDataException">The network is not known to this program, or the stored properties are damaged.</exception>
    public static NetworkConfig Read(IHostEnvironment env, string name, JsonElement config)
    {
        env.ComponentCatalog.RegisterAssembly(typeof(NetworkKinds).Assembly, throwOnError: false);
        Type type;
        try
        {
            type = env.ComponentCatalog.GetExtensionValue(env, typeof(ProteinNetworkAttribute), name).GetType();
        }
        catch (Exception error) when (error is InvalidOperationException or MissingMethodException)
        {
            throw new InvalidDataException(
                $"The model uses the network '{name}', which this program does not know; call ComponentCatalog.RegisterAssembly with the assembly that has it before loading.", error);
        }

        try
        {
            return (NetworkConfig)config.Deserialize(type, ManifestJson.Options)!;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The stored configuration of the network '{name}' is damaged: {error.Message}", error);
        }
    }
}
