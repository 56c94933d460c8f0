using System.Buffers.Binary;

namespace Panoramax.Metadata.Tags;

/// <summary>One resource of a Photoshop segment.</summary>
/// <param name="Length">Bytes of the whole resource with its header and padding.</param>
internal readonly record struct PhotoshopResource(ushort Id, int DataStart, int DataLength, int Length)
{
    /// <summary>Reads the resource that stands first; false at the end and where the bytes are damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> resources, out PhotoshopResource resource)
    {
        resource = default;
        if (resources.Length < 12 || !resources.StartsWith("8BIM"u8)) return false;
        var name = (resources[6] + 2) & ~1;
        if (6 + name + 4 > resources.Length) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(resources[(6 + name)..]);
        var start = 10 + name;
        if (length > resources.Length - start) return false;
        var end = Math.Min(resources.Length, start + (int)((length + 1) & ~1u));
        resource = new PhotoshopResource(BinaryPrimitives.ReadUInt16BigEndian(resources[4..]), start, (int)length, end);
        return true;
    }

    public ReadOnlySpan<byte> DataOf(ReadOnlySpan<byte> resources) => resources.Slice(DataStart, DataLength);
}
