using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Panoramax.Domain.Pictures;

namespace Panoramax.Imaging.Jpeg;

/// <summary>Sampling of one colour component: its share of samples against the component sampled most.</summary>
internal readonly record struct JpegComponent(int Horizontal, int Vertical);

/// <summary>A marker segment: offset of its 0xFF and length of marker, length field and content together.</summary>
internal readonly record struct JpegSegment(byte Marker, int Offset, int Length)
{
    internal ReadOnlySpan<byte> Content(ReadOnlySpan<byte> jpeg) => jpeg.Slice(Offset + 4, Length - 4);
}

/// <summary>
/// How a JPEG file is laid out: frame, sampling and the segments before its first scan. The file must have passed
/// <see cref="JpegHeader"/>; what is wrong here nevertheless is an <see cref="UnreadablePicture"/>.
/// </summary>
internal sealed record JpegLayout(int Width, int Height, bool Progressive, IReadOnlyList<JpegComponent> Components, IReadOnlyList<JpegSegment> Segments)
{
    internal int LargestHorizontal => Components.Max(component => component.Horizontal);

    internal int LargestVertical => Components.Max(component => component.Vertical);

    /// <summary>Pixels of one minimum coded unit: the smallest rectangle that whole blocks of all components cover.</summary>
    internal int McuWidth => Components.Count == 1 ? 8 : 8 * LargestHorizontal;

    internal int McuHeight => Components.Count == 1 ? 8 : 8 * LargestVertical;

    /// <summary>
    /// True for the layouts that TurboJPEG can transform (4:4:4, 4:2:2, 4:2:0, 4:4:0, 4:1:1, grey): luma sampled most and
    /// whole numbers between the components.
    /// </summary>
    internal bool HasUsualSampling => Components.Count == 1 || (Components[0] is { Horizontal: 1 or 2 or 4, Vertical: 1 or 2 }
        && Components.Skip(1).Take(2).All(component => component is { Horizontal: 1, Vertical: 1 })
        && Components.Skip(3).All(component => component == Components[0]));

    /// <exception cref="NotAPicture">The header is not one that <see cref="JpegHeader"/> accepts.</exception>
    internal static JpegLayout Read(ReadOnlyMemory<byte> jpeg)
    {
        using var stream = MemoryMarshal.TryGetArray(jpeg, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(jpeg.ToArray());
        var markers = new JpegMarkers(stream);
        var segments = new List<JpegSegment>();
        JpegLayout? frame = null;
        markers.ReadStart();
        while (markers.Next() && markers.Marker != JpegMarkers.StartOfScan)
        {
            segments.Add(new JpegSegment(markers.Marker, checked((int)markers.Start), checked((int)(markers.End - markers.Start))));
            if (markers.Marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) frame = ReadFrame(markers.Marker, markers.ReadPayload());
        }

        return frame is null ? throw new UnreadablePicture("the file has no frame header") : frame with { Segments = segments };
    }

    private static JpegLayout ReadFrame(byte marker, ReadOnlySpan<byte> content)
    {
        if (content.Length < 6 || content.Length < 6 + 3 * content[5] || content[5] == 0) throw new UnreadablePicture("the frame header is cut off");
        var components = new JpegComponent[content[5]];
        for (var index = 0; index < components.Length; index++)
        {
            var sampling = content[7 + 3 * index];
            components[index] = new JpegComponent(sampling >> 4, sampling & 15);
            if (components[index] is not { Horizontal: >= 1 and <= 4, Vertical: >= 1 and <= 4 }) throw new UnreadablePicture("the frame header has impossible sampling factors");
        }

        return new JpegLayout(
            BinaryPrimitives.ReadUInt16BigEndian(content[3..]), BinaryPrimitives.ReadUInt16BigEndian(content[1..]), Progressive: marker == 0xC2, components, []);
    }
}
