namespace Panoramax.Domain.Pictures;

/// <summary>
/// Frame header of a JPEG picture, found before any decoder sees the bytes. libjpeg claims memory from this header alone
/// (a file of 4 kB can take 12 GB), so this check is the guard of everything that decodes.
/// </summary>
/// <param name="Width">Pixels as stored, before EXIF orientation.</param>
/// <param name="Height">Pixels as stored, before EXIF orientation.</param>
/// <param name="Components">1 (grey), 3 (colour) or 4 (CMYK).</param>
/// <param name="Progressive">Coded in several scans; decoders keep all coefficients of such a picture in memory.</param>
public sealed record JpegHeader(int Width, int Height, int Components, bool Progressive)
{
    /// <summary>Far above what cameras write (about ten); each scan costs a pass over the whole picture.</summary>
    private const int MaxScans = 100;

    private const byte Baseline = 0xC0;
    private const byte ExtendedSequential = 0xC1;
    private const byte ProgressiveFrame = 0xC2;

    /// <summary>
    /// Reads the header. Only sequential and progressive Huffman coding of 8 bits with 1, 3 or 4 components is accepted,
    /// up to the given number of pixels, and only if the coded pixels at least begin.
    /// </summary>
    /// <param name="stream">Seekable; read from its start. Its position is undefined afterwards.</param>
    /// <exception cref="NotAPicture">The bytes must not reach a decoder.</exception>
    public static JpegHeader Read(Stream stream, long maxPixels = 150_000_000, long maxProgressivePixels = 120_000_000)
    {
        var markers = new JpegMarkers(stream);
        markers.ReadStart();
        JpegHeader? header = null;
        while (markers.Next())
        {
            switch (markers.Marker)
            {
                case 0xC4 or 0xC8 or 0xCC:
                    break;
                case >= 0xC0 and <= 0xCF:
                    if (header is not null) throw new NotAPicture(NotAPictureReason.Damaged, "The JPEG has two frame headers");
                    header = ReadFrame(markers, maxPixels, maxProgressivePixels);
                    break;
                case JpegMarkers.StartOfScan:
                    if (header is null) throw new NotAPicture(NotAPictureReason.Damaged, "The JPEG has no frame header");
                    if (markers.End >= stream.Length) throw NoPixels();
                    if (header.Progressive) CountScans(markers);
                    return header;
                case JpegMarkers.StartOfImage:
                    throw new NotAPicture(NotAPictureReason.Damaged, "A second picture starts before the first one's pixels");
                case JpegMarkers.EndOfImage:
                    throw NoPixels();
            }
        }

        throw NoPixels();
    }

    private static JpegHeader ReadFrame(JpegMarkers markers, long maxPixels, long maxProgressivePixels)
    {
        if (markers.Marker is not (Baseline or ExtendedSequential or ProgressiveFrame))
        {
            throw new NotAPicture(NotAPictureReason.Unsupported, "This kind of JPEG (lossless, hierarchical or arithmetic coding) is not supported");
        }

        var frame = markers.ReadPayload();
        if (frame.Length < 6) throw new NotAPicture(NotAPictureReason.Damaged, "The JPEG frame header is too short");
        var components = frame[5];
        if (frame[0] != 8) throw new NotAPicture(NotAPictureReason.Unsupported, $"Pictures of {frame[0]} bits per colour are not supported, only 8");
        if (components is not (1 or 3 or 4))
        {
            throw new NotAPicture(NotAPictureReason.Unsupported, $"Pictures of {components} colour components are not supported, only 1, 3 or 4");
        }

        if (frame.Length != 6 + 3 * components) throw new NotAPicture(NotAPictureReason.Damaged, "The JPEG frame header has a wrong length");
        var height = (frame[1] << 8) | frame[2];
        var width = (frame[3] << 8) | frame[4];
        if (width == 0 || height == 0) throw new NotAPicture(NotAPictureReason.NoSize, "The picture has no size");

        var progressive = markers.Marker == ProgressiveFrame;
        var limit = progressive ? maxProgressivePixels : maxPixels;
        if ((long)width * height > limit)
        {
            throw new NotAPicture(NotAPictureReason.TooLarge, $"The picture of {width}×{height} pixels is larger than the limit of {limit} pixels");
        }

        return new JpegHeader(width, height, components, progressive);
    }

    private static void CountScans(JpegMarkers markers)
    {
        var scans = 1;
        try
        {
            while (markers.Next() && markers.Marker != JpegMarkers.EndOfImage)
            {
                if (markers.Marker != JpegMarkers.StartOfScan) continue;
                if (++scans > MaxScans) throw new NotAPicture(NotAPictureReason.TooManyScans, $"The picture has more than {MaxScans} scans");
            }
        }
        catch (NotAPicture cut) when (cut.Reason is NotAPictureReason.CutShort or NotAPictureReason.Damaged)
        {
            // What is wrong after the pixels have begun is the decoder's to judge: many viewers show such files.
        }
    }

    private static NotAPicture NoPixels() => new(NotAPictureReason.CutShort, "The JPEG picture is cut short: it has no pixels");
}
