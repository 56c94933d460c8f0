using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>A picture as detectors see it: of a 360° picture any part can be asked for, also one across the seam.</summary>
internal readonly struct PictureView(Mat pixels, bool wrapsAround)
{
    /// <summary>Full panoramas are twice as wide as high; this much rounding is let pass.</summary>
    private const double AspectTolerance = 0.02;

    internal int Width => pixels.Width;

    internal int Height => pixels.Height;

    internal bool WrapsAround => wrapsAround;

    /// <summary>
    /// Rows at the top that need no search: in a full panorama all above 60° over the horizon, where only sky, roofs and
    /// tree tops are.
    /// </summary>
    internal int SkyRows => wrapsAround && Math.Abs(Width / (2.0 * Height) - 1) < AspectTolerance ? Height / 6 : 0;

    /// <summary>A part of the picture; the caller disposes it.</summary>
    internal Mat Part(Box box)
    {
        if (box.Right <= Width) return pixels.SubMat(box.Y, box.Bottom, box.X, box.Right);
        using var left = pixels.SubMat(box.Y, box.Bottom, box.X, Width);
        using var right = pixels.SubMat(box.Y, box.Bottom, 0, box.Right - Width);
        var whole = new Mat();
        Cv2.HConcat(left, right, whole);
        return whole;
    }

    /// <summary>Inside the picture; in a 360° picture moved by whole turns so that it starts inside.</summary>
    internal Box Normalize(Box box)
    {
        if (!wrapsAround) return box.Intersect(new Box(0, 0, Width, Height));
        var x = (box.X % Width + Width) % Width;
        return new Box(x, box.Y, Math.Min(box.Width, Width), box.Height).Intersect(new Box(0, 0, 2 * Width, Height));
    }

    /// <summary>
    /// Tiles of at most <paramref name="side"/> pixels that cover the picture, neighbours sharing at least
    /// <paramref name="overlap"/>, all of one size and evenly spread; in a 360° picture the last ones cross the seam.
    /// </summary>
    internal IReadOnlyList<Box> Tiles(int side, int overlap, int top)
    {
        var rows = Spread(Height - top, side, overlap, circle: false);
        var columns = Spread(Width, side, overlap, wrapsAround);
        return rows.SelectMany(row => columns.Select(column => new Box(column.Start, top + row.Start, column.Length, row.Length))).ToList();
    }

    private static List<(int Start, int Length)> Spread(int whole, int side, int overlap, bool circle)
    {
        if (circle)
        {
            var count = Math.Max(1, (int)Math.Ceiling((double)whole / (side - overlap)));
            var length = Math.Min(side, (whole + count - 1) / count + overlap);
            return Enumerable.Range(0, count).Select(index => ((int)((long)index * whole / count), Math.Min(length, 2 * whole))).ToList();
        }
        else
        {
            if (whole <= side) return [(0, whole)];
            var count = (int)Math.Ceiling((double)(whole - overlap) / (side - overlap));
            var length = (whole - overlap + count - 1) / count + overlap;
            return Enumerable.Range(0, count).Select(index => ((int)((long)index * (whole - length) / (count - 1)), length)).ToList();
        }
    }
}
