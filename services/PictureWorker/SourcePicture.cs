using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Metadata;

namespace Panoramax.PictureWorker;

/// <summary>The file that a preparation starts from, in memory, its header checked.</summary>
internal sealed class SourcePicture
{
    private SourcePicture(byte[] jpeg, JpegHeader header, int orientation)
    {
        Jpeg = jpeg;
        Header = header;
        Orientation = orientation;
    }

    public byte[] Jpeg { get; }

    public JpegHeader Header { get; }

    /// <summary>EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; }

    /// <summary>True for a whole 360° picture, whose right edge continues at the left one.</summary>
    public bool WrapsAround { get; init; }

    /// <exception cref="NotAPicture">The bytes must not reach a decoder.</exception>
    public static SourcePicture Check(byte[] jpeg, ImagingOptions limits, bool wrapsAround = false)
    {
        using var stream = new MemoryStream(jpeg, writable: false);
        var header = JpegHeader.Read(stream, limits.MaxPixels, limits.MaxProgressivePixels);
        return new SourcePicture(jpeg, header, MetadataReader.ReadOrientation(stream)) { WrapsAround = wrapsAround };
    }

    /// <summary>Decodes all pixels, upright. Whether the file is sound shows here.</summary>
    /// <exception cref="UnreadablePicture">The file is cut off or damaged.</exception>
    public async Task<DecodedPicture> Decode()
    {
        using var step = Step.Decode();
        return await PixelThread.Run(() => DecodedPicture.Decode(Jpeg, Header, Orientation));
    }
}
