using System.Globalization;
using System.Text;

namespace Panoramax.Testing.Pictures;

/// <summary>
/// Makes the project's own set of pictures (<c>tests/pictures</c>): a walk and a run of panoramas along a made street, and odd files.
/// What the server must answer for each follows from how it was made and stands in <c>expected.csv</c>.
/// </summary>
public sealed class OwnPictureSet
{
    private const string Columns =
        "file,set,status,http,rejection,missing_fields,display_width,display_height,lat,lon,ts_utc,heading,type,sequence,duplicate_of,heading_after_dispatch";

    private static readonly DateTimeOffset start = new(2026, 4, 12, 18, 30, 0, TimeSpan.FromHours(2));

    private readonly string folder;
    private readonly StringBuilder table = new(Columns + "\n");

    private OwnPictureSet(string folder) => this.folder = folder;

    /// <summary>Writes all files and the table.</summary>
    public static void Write(string folder)
    {
        var set = new OwnPictureSet(folder);
        set.Walk();
        set.Panoramas();
        set.Odd();
        File.WriteAllText(Path.Combine(folder, "expected.csv"), set.table.ToString());
    }

    /// <summary>Eight pictures straight north, 12 m and 6 s apart; the fourth is taken at a halt, the last three after a break of ten minutes.</summary>
    private void Walk()
    {
        double[] metres = [0, 12, 24, 24.3, 36, 48, 60, 72];
        for (var i = 0; i < metres.Length; i++)
        {
            var broken = i >= 5;
            var latitude = 47.2184 + (metres[i] / 111195) + (broken ? 0.004 : 0);
            var time = start.AddSeconds((i * 6) + (broken ? 600 : 0));
            var scene = new StreetScene(metres[i]);
            var picture = new TestJpeg(1024, 768).Painted((x, y) => scene.Flat(x, y, 1024, 768)).WithPosition(latitude, -1.5536).WithCaptureTime(time);
            // The camera of the second part writes no direction: it then follows from the path.
            int? heading = broken ? null : i == 3 ? 355 : 0 + 2;
            if (heading is { } degrees) picture.With("Exif.GPSInfo.GPSImgDirection", $"{degrees}/1");
            Add($"own-walk/walk_{i + 1}.jpg", picture.ToBytes(), "accepted", 202, width: 1024, height: 768, latitude: latitude, longitude: -1.5536, time: time,
                heading: heading, sequence: broken ? 2 : 1, duplicateOf: i == 3 ? "own-walk/walk_3.jpg" : "", after: i == 3 ? null : heading ?? 0);
        }
    }

    private void Panoramas()
    {
        for (var i = 0; i < 4; i++)
        {
            var latitude = 47.2192 + (i * 5 / 111195.0);
            var time = start.AddHours(1).AddSeconds(i * 2);
            var scene = new StreetScene(100 + (i * 5));
            var picture = new TestJpeg(2048, 1024).Painted((x, y) => scene.Panorama(x, y, 2048, 1024)).WithPosition(latitude, -1.5536).WithCaptureTime(time)
                .With("Exif.GPSInfo.GPSImgDirection", "1/1").WithPanorama();
            Add($"own-panoramas/panorama_{i + 1}.jpg", picture.ToBytes(), "accepted", 202, width: 2048, height: 1024, latitude: latitude, longitude: -1.5536,
                time: time, heading: 1, type: "equirectangular", sequence: 1, after: 1);
        }
    }

    private void Odd()
    {
        var time = new DateTimeOffset(2026, 4, 13, 9, 0, 0, TimeSpan.Zero);
        TestJpeg Small(int seed) => new(160, 120, seed);
        Add("own-odd/no_position.jpg", Small(1).WithCaptureTime(time).ToBytes(), "rejected", 400, "invalid_metadata", "location");
        Add("own-odd/no_date.jpg", Small(2).WithPosition(47.2, -1.5).ToBytes(), "rejected", 400, "invalid_metadata", "datetime");
        Add("own-odd/no_exif.jpg", Small(3).ToBytes(), "rejected", 400, "invalid_metadata", "datetime;location");
        Add("own-odd/empty.jpg", [], "rejected", 400, "invalid_file");
        Add("own-odd/text.jpg", Encoding.UTF8.GetBytes("<html>no picture</html>"), "rejected", 400, "invalid_file");
        var whole = Small(4).WithPosition(47.2, -1.5).WithCaptureTime(time).ToBytes();
        Add("own-odd/cut.jpg", whole[..(whole.Length / 2)], "either", 202);
        Add("own-odd/bomb.jpg", Bomb(whole), "rejected", 400, "invalid_file");
        Add("own-odd/turned.jpg", Small(5).WithPosition(-33.8568, 151.2153).WithCaptureTime(time).With("Exif.Image.Orientation", "6").ToBytes(), "accepted", 202,
            width: 120, height: 160, latitude: -33.8568, longitude: 151.2153, time: time);
        Add("own-odd/south_west.jpg", Small(6).WithPosition(-54.8019, -68.303).WithCaptureTime(time).ToBytes(), "accepted", 202,
            width: 160, height: 120, latitude: -54.8019, longitude: -68.303, time: time);
        var kathmandu = new DateTimeOffset(2026, 4, 13, 14, 30, 0, 700, new TimeSpan(5, 45, 0));
        Add("own-odd/offset_0545.jpg", Small(7).WithPosition(27.7172, 85.324).WithCaptureTime(kathmandu).ToBytes(), "accepted", 202,
            width: 160, height: 120, latitude: 27.7172, longitude: 85.324, time: kathmandu);
        Add("own-odd/grey.jpg", Small(8).Grey().WithPosition(55.6986, 13.1949).WithCaptureTime(time).ToBytes(), "accepted", 202,
            width: 160, height: 120, latitude: 55.6986, longitude: 13.1949, time: time);
        Add("own-odd/copy_of_walk_1.jpg", File.ReadAllBytes(Path.Combine(folder, "own-walk", "walk_1.jpg")), "rejected", 409, "file_duplicate");
    }

    /// <summary>The frame header claims 65,000 × 65,000 pixels (ITU-T T.81 B.2.2: height and width follow the precision).</summary>
    private static byte[] Bomb(byte[] picture)
    {
        var bytes = picture.ToArray();
        var frame = bytes.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        for (var i = 0; i < 4; i += 2)
        {
            bytes[frame + 5 + i] = 65_000 >> 8;
            bytes[frame + 6 + i] = 65_000 & 0xFF;
        }

        return bytes;
    }

    private void Add(
        string file, byte[] bytes, string status, int http, string rejection = "", string missing = "", int? width = null, int? height = null,
        double? latitude = null, double? longitude = null, DateTimeOffset? time = null, int? heading = null, string type = "flat",
        int? sequence = null, string duplicateOf = "", int? after = null)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        var utc = time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        table.AppendLine(CultureInfo.InvariantCulture,
            $"{file},{file.Split('/')[0]},{status},{http},{rejection},{missing},{width},{height},{latitude},{longitude},{utc},{heading},{type},{sequence},{duplicateOf},{after}");
    }
}
