using System.Text;
using Panoramax.Load.Requests;
using Panoramax.Testing.Pictures;

namespace Panoramax.Load.Uploading;

/// <summary>
/// Pictures to send: each with a place, a time and bytes of its own, all with the same large body, so that a thousand of them
/// need no gigabytes of memory here.
/// </summary>
internal sealed class SentPicture
{
    private static readonly byte[] end = [0xFF, 0xD9];
    private static readonly DateTimeOffset begin = new(2025, 5, 1, 9, 0, 0, TimeSpan.FromHours(2));

    private readonly byte[] body;
    private readonly int width;
    private readonly int height;
    private readonly byte[]? pixels;

    private SentPicture(byte[] body, int width, int height, byte[]? pixels) => (this.body, this.width, this.height, this.pixels) = (body, width, height, pixels);

    /// <summary>Of about that many bytes. Its headers are a camera's; its scan is noise, since who receives it decodes no pixel.</summary>
    public static SentPicture OfSize(int bytes)
    {
        var noise = new byte[bytes];
        new Random(bytes).NextBytes(noise);
        // 0xFF would begin a marker.
        for (var at = 0; at < noise.Length; at++) noise[at] &= 0x7F;
        return new SentPicture([.. noise, .. end], 64, 48, null);
    }

    /// <summary>Of twelve megapixels that can be decoded.</summary>
    public static SentPicture Decodable()
    {
        const int across = 4000, down = 3000;
        var random = new Random(12);
        var coded = BaselineJpeg.Encode(across, down, (x, y) => new BaselineJpeg.Colour(
            (x * 255.0 / across) + random.Next(40), (y * 255.0 / down) + random.Next(40), (((x / 97) + (y / 83)) % 2 * 120) + random.Next(60)));
        return new SentPicture(end, across, down, coded);
    }

    public int Length => Parts(0).Sum(part => part.Length);

    /// <summary>The bytes of the picture of this number.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Parts(int number)
    {
        var picture = new TestJpeg(width, height, seed: number + 1)
            .WithPosition(47.2 + (number * 0.00003), 1.5).WithCaptureTime(begin.AddSeconds(number * 2))
            .With("Exif.Image.Make", "GoPro").With("Exif.Image.Model", "Max").With("Exif.GPSInfo.GPSImgDirection", "12/1");
        if (pixels is not null) picture.WithPixels(pixels);
        // Without the mark of its end, which the body brings.
        return [picture.ToBytes().AsMemory()[..^2], body];
    }

    /// <summary>The request that sends it to an upload set.</summary>
    public ReadOnlyMemory<byte>[] ToSet(Uri address, Guid set, int number, string? name = null)
    {
        const string boundary = "panoramax-load-boundary";
        var parts = Parts(number);
        var before = Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name ?? $"sent-{number}.jpg"}\"\r\nContent-Type: image/jpeg\r\n\r\n");
        var after = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        var length = before.Length + after.Length + parts.Sum(part => part.Length);
        return [HttpConnection.Head(address, "POST", $"/api/upload_sets/{set}/files", length, $"multipart/form-data; boundary={boundary}"), before, .. parts, after];
    }

    /// <summary>The request that puts it into a folder.</summary>
    public ReadOnlyMemory<byte>[] Put(Uri address, string path, int number)
    {
        var parts = Parts(number);
        return [HttpConnection.Head(address, "PUT", path, parts.Sum(part => part.Length), "image/jpeg"), .. parts];
    }
}
