using System.Diagnostics;
using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;

namespace Panoramax.BlurQuality;

/// <summary>A box that somebody marked, and the share of it that is blurred in the end.</summary>
internal sealed record Marked(string Kind, Box Box)
{
    internal double Covered { get; set; }
}

/// <summary>One picture: what was marked, what was found, and how long it took.</summary>
internal sealed record Measurement(string File, double Megapixels, bool IsMarked, IReadOnlyList<Marked> Marked, IReadOnlyList<Detected> Found, double Seconds)
{
    /// <summary>Blurring rounds boxes to units of this size in the usual sampling of colours.</summary>
    private const int Unit = 16;

    /// <summary>Boxes of a kind that meet no marked box of any kind.</summary>
    internal IEnumerable<Detected> False(string kind) =>
        Found.Where(found => found.Kind == kind && !Marked.Any(marked => Share(marked.Box, [found.Box]) > 0.1 || Share(found.Box, [marked.Box]) > 0.3));

    internal static Measurement? Take(string folder, string file, List<Marked>? marked, Shrinking shrinking, Detectors detectors)
    {
        var jpeg = System.IO.File.ReadAllBytes(Path.Combine(folder, file));
        try
        {
            jpeg = shrinking.Apply(jpeg);
            using var stream = new MemoryStream(jpeg);
            using var picture = DecodedPicture.Decode(jpeg, JpegHeader.Read(stream));
            var boxes = (marked ?? []).ConvertAll(mark => mark with { Box = shrinking.Apply(mark.Box) });

            // Sets of test pictures tell by shape alone which are panoramas; photographs are hardly ever 2:1.
            var wrapsAround = picture.Width == 2 * picture.Height && picture.Width >= 1024;
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var found = detectors.Find(picture, wrapsAround, CancellationToken.None);
            var seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            foreach (var mark in boxes) mark.Covered = Share(mark.Box, found.Select(detected => Round(detected.Box)));
            return new Measurement(file, picture.Width * (double)picture.Height / 1e6, marked is not null, boxes, found, seconds);
        }
        catch (Exception refusal) when (refusal is NotAPicture or UnreadablePicture)
        {
            Console.WriteLine($"{file}: not measured, {refusal.Message}");
            return null;
        }
    }

    internal void Draw(string folder, string target, Shrinking shrinking)
    {
        var jpeg = shrinking.Apply(System.IO.File.ReadAllBytes(Path.Combine(folder, File)));
        using var pixels = Cv2.ImDecode(jpeg, ImreadModes.Color | ImreadModes.IgnoreOrientation);
        foreach (var mark in Marked) Cv2.Rectangle(pixels, ToRect(mark.Box), new Scalar(0, 220, 0), 3);
        foreach (var detected in Found)
        {
            Cv2.Rectangle(pixels, ToRect(detected.Box), detected.Kind == DetectedKind.Face ? new Scalar(0, 0, 255) : new Scalar(255, 0, 255), 2);
            Cv2.PutText(pixels, $"{detected.Score:0.00}", new Point(detected.Box.X, detected.Box.Y - 4), HersheyFonts.HersheySimplex, 0.5, new Scalar(0, 0, 255));
        }

        Cv2.ImWrite(Path.Combine(target, File.Replace('/', '_')), pixels);
    }

    private static Box Round(Box box)
    {
        int x = box.X / Unit * Unit, y = box.Y / Unit * Unit;
        return new Box(x, y, (box.X + box.Width + Unit - 1) / Unit * Unit - x, (box.Y + box.Height + Unit - 1) / Unit * Unit - y);
    }

    private static double Share(Box box, IEnumerable<Box> covers)
    {
        using var canvas = new Mat(Math.Max(1, box.Height), Math.Max(1, box.Width), MatType.CV_8UC1, Scalar.All(0));
        foreach (var cover in covers) Cv2.Rectangle(canvas, new Rect(cover.X - box.X, cover.Y - box.Y, cover.Width, cover.Height), Scalar.All(255), -1);
        return Cv2.CountNonZero(canvas) / ((double)canvas.Rows * canvas.Cols);
    }

    private static Rect ToRect(Box box) => new(box.X, box.Y, box.Width, box.Height);
}
