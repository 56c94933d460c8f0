using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.Imaging;

/// <summary>One tile of a 360° picture; column and row count from the top left.</summary>
public sealed record Tile(int Column, int Row, byte[] Jpeg);

/// <summary>
/// The smaller pictures made from the HD picture, by the rules of the API (<c>write.md</c> 18): baseline JPEG without
/// metadata, but with the colour profile where there is one.
/// </summary>
public static class Derivates
{
    private const int SdWidth = 2048;
    private const int ThumbnailWidth = 500;
    private const int SmallQuality = 75;

    /// <summary>
    /// Enlarging ends here: a picture 100 wide and 20 000 high would be 2048 × 409 600, more than a JPEG can hold.
    /// Such a picture keeps its size.
    /// </summary>
    private const int HighestEnlarged = 16_384;

    /// <summary>2048 wide in proportion, the height rounded down; narrower pictures are enlarged.</summary>
    public static byte[] Sd(PublicPicture picture)
    {
        using var small = ToWidth(picture.Pixels, SdWidth);
        return Encode(small, SmallQuality, picture.ColourProfile);
    }

    /// <summary>
    /// Flat: 500 wide in proportion. 360°: what lies ahead, 500×300, the part (750,350)-(1250,650) of the whole picture
    /// at 2000×1000.
    /// </summary>
    /// <param name="type">See <see cref="PictureType"/>.</param>
    public static byte[] Thumbnail(PublicPicture picture, string type)
    {
        using var small = type == PictureType.Equirectangular ? AheadOf(picture.Pixels) : ToWidth(picture.Pixels, ThumbnailWidth);
        return Encode(small, SmallQuality, picture.ColourProfile);
    }

    /// <summary>
    /// The tiles of a 360° picture, row by row, each encoded when it is asked for, so that only one is in memory. All have
    /// the same size, floor(width / columns) × floor(height / rows); a rest at the right and bottom edge is in none.
    /// </summary>
    public static IEnumerable<Tile> Tiles(PublicPicture picture)
    {
        var grid = TileGrid.Of(picture.Width);

        // A picture narrower than its grid (a test picture of a few pixels) still has a file for each place.
        var width = Math.Max(1, picture.Width / grid.Columns);
        var height = Math.Max(1, picture.Height / grid.Rows);
        for (var row = 0; row < grid.Rows; row++)
        {
            for (var column = 0; column < grid.Columns; column++)
            {
                var x = Math.Min(column * width, picture.Width - width);
                var y = Math.Min(row * height, picture.Height - height);
                using var part = picture.Pixels.SubMat(new Rect(x, y, width, height));
                yield return new Tile(column, row, Encode(part, PublicPicture.FullQuality, picture.ColourProfile));
            }
        }
    }

    private static Mat ToWidth(Mat pixels, int width)
    {
        var height = (int)Math.Max(1, (long)pixels.Height * width / pixels.Width);
        if (width > pixels.Width && height > HighestEnlarged) (width, height) = (pixels.Width, pixels.Height);
        return Resize(pixels, width, height);
    }

    private static Mat AheadOf(Mat pixels)
    {
        if (pixels is { Width: >= 2000, Height: >= 1000 })
        {
            // Cutting first saves reducing what is thrown away; the cut is exact to half a pixel of the source.
            int At(int share, int whole, int side) => (int)Math.Round((double)share * side / whole);
            var cut = Rect.FromLTRB(At(750, 2000, pixels.Width), At(350, 1000, pixels.Height), At(1250, 2000, pixels.Width), At(650, 1000, pixels.Height));
            using var ahead = pixels.SubMat(cut);
            return Resize(ahead, ThumbnailWidth, 300);
        }

        using var whole = Resize(pixels, 2000, 1000);
        using var part = whole.SubMat(new Rect(750, 350, ThumbnailWidth, 300));
        return part.Clone();
    }

    /// <summary>
    /// By halves first, as far as it goes: the mean of 2×2 pixels is eight times cheaper than the mean over parts of pixels.
    /// What is left to do then, less than another half, is drawn between the neighbours: it has been smoothed already.
    /// Of an odd side the last row of pixels is left out.
    /// </summary>
    private static Mat Resize(Mat pixels, int width, int height, bool isSmoothed = false)
    {
        var (halfWidth, halfHeight) = (pixels.Width / 2, pixels.Height / 2);
        if (halfWidth >= width && halfHeight >= height)
        {
            using var even = pixels.SubMat(0, 2 * halfHeight, 0, 2 * halfWidth);
            using var half = new Mat();
            Cv2.Resize(even, half, new Size(halfWidth, halfHeight), interpolation: InterpolationFlags.Area);
            return Resize(half, width, height, isSmoothed: true);
        }

        var resized = new Mat();
        var shrinking = isSmoothed ? InterpolationFlags.Linear : InterpolationFlags.Area;
        var enlarges = width > pixels.Width || height > pixels.Height;
        Cv2.Resize(pixels, resized, new Size(width, height), interpolation: enlarges ? InterpolationFlags.Cubic : shrinking);
        return resized;
    }

    private static byte[] Encode(Mat pixels, int quality, byte[] colourProfile) =>
        JpegSegments.Insert(pixels.ImEncode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, quality)), colourProfile);
}
