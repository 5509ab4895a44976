using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Subloc.Testing;

/// <summary>Finds which internal members of ML.NET an assembly uses.</summary>
public static class MachineLearningInternals
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Internal types and members of ML.NET that an assembly refers to, as <c>Type</c> and <c>Type.Member</c>, in order.</summary>
    /// <remarks>A name followed by <c>!</c> is one that the present ML.NET no longer has.</remarks>
    public static IReadOnlyList<string> UsedBy(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            if (Find(metadata, handle) is { } type && !type.IsVisible)
                used.Add(type.FullName!);
        }

        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (TypeOf(metadata, member.Parent) is { } type)
                AddMember(used, type, metadata.GetString(member.Name));
        }

        return [.. used];
    }

    private static void AddMember(SortedSet<string> used, Type type, string name)
    {
        MemberInfo[] found = [.. type.GetMembers(Everything).Where(member => member.Name == name)];
        if (found.Length == 0)
            used.Add($"{type.FullName}.{name}!");
        else if (!found.Any(IsPublic))
            used.Add($"{type.FullName}.{name}");
    }

    private static bool IsPublic(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic,
        _ => true,
    };

    private static Type? TypeOf(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
            return Find(metadata, (TypeReferenceHandle)parent);
        if (parent.Kind != HandleKind.TypeSpecification)
            return null;

        // A generic instance: 0x15, class or value type, then the coded handle of the generic type (ECMA-335, II.23.2.12).
        BlobReader signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadByte() != 0x15)
            return null;
        signature.ReadByte();
        EntityHandle generic = signature.ReadTypeHandle();
        return generic.Kind == HandleKind.TypeReference ? Find(metadata, (TypeReferenceHandle)generic) : null;
    }

    private static Type? Find(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference reference = metadata.GetTypeReference(handle);
        string name = metadata.GetString(reference.Name);
        switch (reference.ResolutionScope.Kind)
        {
            case HandleKind.TypeReference:
                return Find(metadata, (TypeReferenceHandle)reference.ResolutionScope)?.GetNestedType(name, Everything);
            case HandleKind.AssemblyReference:
                string assembly = metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);
                return assembly is "Microsoft.ML.Core" or "Microsoft.ML.Data"
                    ? Assembly.Load(assembly).GetType($"{metadata.GetString(reference.Namespace)}.{name}", throwOnError: true)
                    : null;
            default:
                return null;
        }
    }
}
